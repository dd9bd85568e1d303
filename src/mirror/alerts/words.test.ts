import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDid, parseHandle } from '../../protocol/index.ts';
import { alarmWords, codeWords, testWords, UNDO_MS } from './words.ts';

const ACCOUNT = { did: parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz'), handle: parseHandle('ada.test'), mirror: 'https://mirror.test' };
const AT = Date.UTC(2026, 10, 25, 8);
const HOUR_MS = 3_600_000;
const operation = (now: number): string => alarmWords({ kind: 'operation', about: 'bafyfirst', at: AT }, ACCOUNT, now).text;

test('an operation: what it is, whose, what to do, and how long there is', () => {
  const text = operation(AT + HOUR_MS / 2);
  for (const words of ['@ada.test (did:plc:ewvi7nxzyoun6zhxrhs64oiz)', 'operation bafyfirst, of 2026-11-25 08:00 UTC', 'until 2026-11-28 08:00 UTC: 71 hours are left', 'https://mirror.test']) {
    assert.ok(text.includes(words), words);
  }
  assert.match(operation(AT + UNDO_MS - HOUR_MS), /: 1 hour is left/);
  assert.match(operation(AT + UNDO_MS - 1), /: less than an hour is left/);
  assert.match(operation(AT + UNDO_MS), /72 hours in which that was possible are over since 2026-11-28 08:00 UTC/);
});

test('every message is of two parts, names the account and the mirror, and holds no link but the name of the mirror', () => {
  const { handle: _, ...nameless } = ACCOUNT;
  const all = [
    ...(['operation', 'suspended', 'takendown', 'time', 'primarySilent', 'primaryBehind', 'primaryFalse', 'primaryWell'] as const).map((kind) => (
      alarmWords({ kind, about: kind.startsWith('primary') ? 'https://first.mirror.test' : 'x', at: AT }, nameless, AT))),
    testWords(nameless), codeWords('ABCD-EFGH', nameless),
  ];
  for (const { subject, text } of all) {
    assert.ok(subject.length > 10 && subject.length < 100 && !subject.includes('\n'), subject);
    assert.ok(text.includes(nameless.did) && text.includes('by itself'), text);
    assert.deepEqual(text.match(/https?:\S+/g), ['https://mirror.test,']);
  }
  assert.equal(new Set(all.map(({ subject }) => subject)).size, 9, 'suspension and takedown begin alike');
});
