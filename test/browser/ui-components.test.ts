import '../../src/ui/components/hf-confirm.ts';
import '../../src/ui/components/hf-copy.ts';
import '../../src/ui/components/hf-empty.ts';
import '../../src/ui/components/hf-progress.ts';
import { problemOf } from '../../src/ui/components/hf-error.ts';
import { equal, ok } from './assert.ts';
import type { HfConfirm } from '../../src/ui/components/hf-confirm.ts';
import type { LitElement } from 'lit';

let element: LitElement | undefined;

/** An element of this name with these properties, drawn. */
async function drawn<E extends LitElement = LitElement>(name: string, properties: object): Promise<E> {
  element = Object.assign(document.createElement(name), properties) as LitElement;
  document.body.append(element);
  await element.updateComplete;
  return element as E;
}

const textOf = (host: LitElement, selector: string): string =>
  (host.shadowRoot?.querySelector(selector)?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();

function inside<E extends Element = HTMLElement>(host: LitElement, selector: string): E {
  const found = host.shadowRoot?.querySelector<E>(selector);
  if (!found) throw new Error(`There is no ${selector}`);
  return found;
}

afterEach(() => element?.remove());

describe('hf-error', () => {
  it('says first that data is safe, then what happened, then what to do', async () => {
    const error = Object.assign(new Error('the disk is full'), { code: 'StorageFull' });
    const host = await drawn('hf-error', { error, advice: 'Make room.', retry: true });
    equal(textOf(host, '.what').replace(/ Try again.*/, ''), 'Your data is safe: nothing was changed. The disk is full. Make room.');
    equal(inside(host, '.note').getAttribute('role'), 'alert');
    let tried = 0;
    host.addEventListener('retry', () => tried++);
    inside<HTMLButtonElement>(host, 'button').click();
    equal(tried, 1);
  });

  it('has no button to try again unless there is something to try', async () => {
    const host = await drawn('hf-error', { error: new Error('no'), safe: 'Safe.' });
    equal(host.shadowRoot?.querySelectorAll('button').length, 1);
    ok(textOf(host, '.what').startsWith('Safe. No.'), textOf(host, '.what'));
  });

  it('reads code and message of whatever was thrown', () => {
    equal(JSON.stringify(problemOf(Object.assign(new Error('a'), { code: 'B' }))), '{"code":"B","message":"a"}');
    equal(JSON.stringify(problemOf(new TypeError('a'))), '{"code":"TypeError","message":"a"}');
    equal(JSON.stringify(problemOf('text')), '{"code":"Unknown","message":"text"}');
  });
});

describe('hf-progress', () => {
  it('shows how much of how much, tells each tenth, and asks to cancel', async () => {
    const host = await drawn('hf-progress', { label: 'Saving', done: 1_000_000, total: 4_000_000, cancellable: true });
    ok(textOf(host, ':host > .small, .small').startsWith('1 MB of 4 MB'), textOf(host, '.small'));
    equal(inside(host, 'wa-progress-bar').getAttribute('value'), '25');
    equal(textOf(host, '[role=status]'), 'Saving: 20 percent');
    Object.assign(host, { done: 1_100_000 });
    await host.updateComplete;
    equal(textOf(host, '[role=status]'), 'Saving: 20 percent');
    Object.assign(host, { done: 1_250_000 });
    await host.updateComplete;
    equal(textOf(host, '[role=status]'), 'Saving: 30 percent');
    let cancelled = 0;
    host.addEventListener('cancel', () => cancelled++);
    inside<HTMLButtonElement>(host, 'button').click();
    equal(cancelled, 1);
  });

  it('moves without a number while the total is not known, and guesses the time left when it can', async () => {
    const host = await drawn('hf-progress', { label: 'Reading', done: 3, total: 0, unit: 'records' });
    ok(inside(host, 'wa-progress-bar').hasAttribute('indeterminate'), 'it shows a number');
    ok(textOf(host, '.small').startsWith('3 records'), textOf(host, '.small'));
    Object.assign(host, { total: 6, startedAt: Date.now() - 10_000 });
    await host.updateComplete;
    ok(/^3 of 6 records about 10 sec left$/.test(textOf(host, '.small')), textOf(host, '.small'));
  });
});

describe('hf-confirm', () => {
  it('gives what the owner decided, by button or by Escape', async () => {
    const host = await drawn<HfConfirm>('hf-confirm', { heading: 'Delete?', action: 'Delete' });
    let answer = host.ask();
    await host.updateComplete;
    ok(inside<HTMLDialogElement>(host, 'dialog').open, 'it is not open');
    inside<HTMLButtonElement>(host, 'button[type=submit]').click();
    equal(await answer, true);
    answer = host.ask();
    await host.updateComplete;
    inside<HTMLButtonElement>(host, 'button[type=button]').click();
    equal(await answer, false);
    answer = host.ask();
    await host.updateComplete;
    inside<HTMLDialogElement>(host, 'dialog').close();
    equal(await answer, false);
  });

  it('asks for the word first, where one is to be typed', async () => {
    const host = await drawn<HfConfirm>('hf-confirm', { heading: 'Remove?', action: 'Remove', typed: 'alice.test' });
    const answer = host.ask();
    await host.updateComplete;
    const input = inside<HTMLInputElement>(host, '#typed');
    const type = async (text: string): Promise<void> => {
      input.value = text;
      input.dispatchEvent(new Event('input'));
      await host.updateComplete;
    };
    await type('alice');
    inside<HTMLButtonElement>(host, 'button[type=submit]').click();
    ok(inside<HTMLDialogElement>(host, 'dialog').open, 'it closed without the word');
    await type('alice.test ');
    equal(inside(host, 'button[type=submit]').getAttribute('aria-disabled'), 'false');
    inside<HTMLButtonElement>(host, 'button[type=submit]').click();
    equal(await answer, true);
  });
});

describe('hf-copy and hf-empty', () => {
  it('shorten in the middle, keep the whole for whoever hovers, and name the button', async () => {
    const text = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
    const host = await drawn('hf-copy', { text, label: 'the DID' });
    equal(textOf(host, '.mono'), 'did:plc:ewvi7n…s64oiz');
    equal(inside(host, '.mono').title, text);
    equal(inside(host, 'button').getAttribute('aria-label'), 'Copy the DID');
    Object.assign(host, { full: true });
    await host.updateComplete;
    equal(textOf(host, '.mono'), text);
  });

  it('say what is empty', async () => {
    equal(textOf(await drawn('hf-empty', { text: 'Nothing yet.' }), 'p'), 'Nothing yet.');
  });
});
