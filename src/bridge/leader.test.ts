import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lead } from './leader.ts';
import type { BridgeLinks } from './link.ts';

const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';
const LINKED: BridgeLinks = new Map([[DID, { state: 'linked', by: 'websocket' }]]);

/** A page of the house: whether it leads, and what it hears. */
function page() {
  const heard: BridgeLinks[] = [];
  const waiting: (() => void)[] = [];
  let tell: ((links: BridgeLinks) => void) | undefined;
  const changed = (): void => waiting.splice(0).forEach((resolve) => resolve());
  const stop = lead(async (signal, told) => {
    tell = told;
    changed();
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    changed();
  }, (links) => {
    heard.push(links);
    changed();
  });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { heard, stop, until, leads: () => tell !== undefined, tell: (links: BridgeLinks) => tell?.(links) };
}

test('one page leads, the others hear from it, and one of them takes over when it goes', async () => {
  const first = page();
  await first.until(first.leads);
  const second = page();
  const third = page();
  await Promise.all([second.until(() => second.heard.length > 0), third.until(() => third.heard.length > 0)]);
  first.tell(LINKED);
  await Promise.all([first, second, third].map(({ until, heard }) => until(() => heard.at(-1)?.size === 1)));
  assert.deepEqual(third.heard.at(-1), LINKED);
  assert.deepEqual([second.leads(), third.leads()], [false, false]);

  first.stop();
  await second.until(second.leads);
  assert.equal(third.leads(), false);
  second.stop();
  await third.until(third.leads);
  third.stop();
});

test('a page that comes late hears at once how things stand', async () => {
  const first = page();
  await first.until(first.leads);
  first.tell(LINKED);
  const second = page();
  await second.until(() => second.heard.at(-1)?.size === 1);
  second.stop();
  first.stop();
});

test('a page that goes at any moment of its beginning leaves the lead to the next', { timeout: 20_000 }, async () => {
  for (let turns = 0; turns < 40; turns++) {
    const hasty = page();
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    hasty.stop();
    const next = page();
    await next.until(next.leads);
    next.stop();
  }
});
