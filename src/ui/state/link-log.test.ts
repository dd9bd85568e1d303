import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LinkLog } from './link-log.ts';
import type { BridgeLinks } from '../../bridge/index.ts';

const ANNA = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';
const NONE: BridgeLinks = new Map();
const LINKED: BridgeLinks = new Map([[ANNA, { state: 'linked', by: 'websocket' }]]);
const awaySince = (since: string): BridgeLinks => new Map([[ANNA, { state: 'away', since }]]);
const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 30, 14, minutes)).toISOString();

/** A browser, and pages of it at any minute after two. */
function browser() {
  const texts = new Map<string, string | undefined>();
  let minutes = 0;
  return {
    page: () => new LinkLog({ kept: (key) => texts.get(key) ?? null, keep: (key, text) => texts.set(key, text) }, () => Date.parse(at(minutes))),
    pass: (to: number) => (minutes = to),
  };
}

test('a link that was lost is down since then, and until it is back', () => {
  const { page, pass } = browser();
  const log = page();
  log.hear(LINKED);
  pass(2);
  log.hear(awaySince(at(2)));
  pass(9);
  log.hear(awaySince(at(9)));
  assert.equal(log.since(ANNA), at(2));
  assert.equal(log.lastDown(ANNA), undefined);
  log.hear(LINKED);
  assert.deepEqual(log.lastDown(ANNA), { from: at(2), to: at(9) });
});

test('one that went while nobody could say so was known until the last time that somebody looked', () => {
  const { page, pass } = browser();
  const discarded = page();
  discarded.hear(LINKED);
  pass(1);
  discarded.hear(LINKED);
  pass(9);
  const anew = page();
  anew.hear(NONE);
  anew.hear(awaySince(at(9)));
  assert.equal(anew.since(ANNA), at(1));
  pass(10);
  anew.hear(LINKED);
  assert.deepEqual(anew.lastDown(ANNA), { from: at(1), to: at(10) });
});

test('what another page had is not down, and a moment is not worth a word', () => {
  const { page, pass } = browser();
  const [frozen, leader] = [page(), page()];
  frozen.hear(LINKED);
  for (let minutes = 1; minutes < 9; minutes++) {
    pass(minutes);
    leader.hear(LINKED);
  }
  pass(9);
  frozen.hear(LINKED);
  assert.equal(frozen.lastDown(ANNA), undefined);
  // It hears the same a moment after the other has noted it.
  pass(12);
  leader.hear(LINKED);
  frozen.hear(LINKED);
  assert.deepEqual(frozen.lastDown(ANNA), { from: at(9), to: at(12) });
});

test('it is told for a day', () => {
  const { page, pass } = browser();
  const log = page();
  log.hear(LINKED);
  pass(5);
  log.hear(LINKED);
  for (let minutes = 5; minutes < 24 * 60; minutes++) {
    pass(minutes);
    log.hear(LINKED);
  }
  assert.deepEqual(log.lastDown(ANNA), { from: at(0), to: at(5) });
  pass(24 * 60 + 6);
  assert.equal(log.lastDown(ANNA), undefined);
});

test('a mirror that has never answered is away since it was first asked, whichever page asks', () => {
  const { page, pass } = browser();
  page().hear(awaySince(at(0)));
  pass(5);
  const next = page();
  next.hear(awaySince(at(5)));
  assert.equal(next.since(ANNA), at(0));
});

test('a mirror that was left is forgotten', () => {
  const { page, pass } = browser();
  const log = page();
  log.hear(LINKED);
  log.hear(NONE);
  log.forget(ANNA);
  pass(9);
  log.hear(LINKED);
  assert.equal(log.lastDown(ANNA), undefined);
});

test('what a browser keeps that no page of ours wrote says nothing', () => {
  const log = new LinkLog({ kept: () => 'yesterday', keep: () => undefined }, () => Date.parse(at(0)));
  log.hear(LINKED);
  assert.equal(log.lastDown(ANNA), undefined);
  assert.equal(log.since(ANNA), undefined);
});
