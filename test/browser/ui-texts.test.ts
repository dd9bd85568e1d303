import { html } from 'lit';
import { formatAgo, formatBytes, formatDuration, formatNumber, msg, str } from '../../src/ui/i18n.ts';
import { pseudo, pseudoMarkup, pseudoText } from '../../src/ui/locales/pseudo.ts';
import { asTyped, groupsOf, twoOf } from '../../src/ui/state/kit-memory.ts';
import { equal, ok } from './assert.ts';

describe('texts', () => {
  it('are themselves in English', () => {
    equal(msg('Home'), 'Home');
    equal(msg(str`${2} of ${3}`), '2 of 3');
  });

  it('are accented and longer in the pseudo-locale, and values stay', () => {
    const text = pseudoText('Save a backup now');
    ok(!/[A-Za-z]/.test(text), text);
    ok(text.length > 'Save a backup now'.length, text);
    const tagged = pseudo(str`${'3lbq'} of ${10}`);
    equal((tagged as unknown as { values: unknown[] }).values.join(), '3lbq,10');
  });

  it('keep their markup in the pseudo-locale, around expressions too', () => {
    equal(pseudoMarkup(['<b class="', '">Go</b>&nbsp;', '<i>']).join('|'), '<b class="|">Ğóóó</b>&nbsp;|<i>');
  });

  it('are one template however often they are made, so that Lit updates and does not replace', () => {
    const template = (): { strings: TemplateStringsArray } => pseudo(html`<b>${1}</b> left`) as { strings: TemplateStringsArray };
    ok(template().strings === template().strings, 'the strings differ');
    ok(Object.hasOwn(template().strings, 'raw'), 'Lit asks for raw strings');
  });

  it('say numbers, sizes and times as people do', () => {
    equal(formatNumber(1284), '1,284');
    equal(formatBytes(0), '0 bytes');
    equal(formatBytes(1), '1 byte');
    equal(formatBytes(999), '999 bytes');
    equal(formatBytes(1500), '1.5 kB');
    equal(formatBytes(652_000), '652 kB');
    equal(formatBytes(10e9), '10 GB');
    equal(formatDuration(12.4), '12 ms');
    equal(formatDuration(1340), '1.3 sec');
    equal(formatDuration(120_000), '2 min');
    const now = Date.parse('2026-11-25T12:00:00Z');
    equal(formatAgo('2026-11-25T11:59:50Z', now), 'just now');
    equal(formatAgo('2026-11-25T11:57:00Z', now), '3 minutes ago');
    equal(formatAgo('2026-11-25T09:00:00Z', now), '3 hours ago');
    equal(formatAgo('2026-11-24T12:00:00Z', now), 'yesterday');
    equal(formatAgo('2024-11-24T12:00:00Z', now), '2 years ago');
    equal(formatAgo('2026-11-25T12:05:00Z', now), 'just now');
  });
});

describe('the groups of a passphrase', () => {
  it('are compared as people write them', () => {
    equal(groupsOf('7K3QF-0M2ZX-9ABCD-TYW12').join(' '), '7K3QF 0M2ZX 9ABCD TYW12');
    equal(asTyped(' om2-zx '), '0M2ZX');
    equal(asTyped('tywl2'), 'TYW12');
  });

  it('are asked for in twos, never the same twice, in their order', () => {
    const seen = new Set<string>();
    for (let round = 0; round < 400; round++) {
      const [first, second] = twoOf(4);
      ok(first >= 0 && first < second && second < 4, `${first} ${second}`);
      seen.add(`${first}${second}`);
    }
    equal(seen.size, 6);
  });
});
