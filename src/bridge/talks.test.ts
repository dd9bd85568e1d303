import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Talks } from './talks.ts';
import type { HouseCalls } from './house-calls.ts';
import type { BridgeLinks } from './link.ts';
import type { TalkListener } from './talks.ts';

const ANNA = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';
const BERT = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb';

interface Mirror {
  readonly state: string;
  readonly url: string;
  readonly resend?: boolean;
}

/** A house with these accounts and their mirrors, and what becomes of the conversations. */
function setUp(mirrors: Record<string, Mirror | undefined>) {
  const told: string[] = [];
  const links: BridgeLinks[] = [];
  const listeners = new Map<string, TalkListener>();
  const state = { fails: false, asked: 0 };
  const calls = {
    async get(nsid: string, { did }: { did: string }) {
      state.asked++;
      await Promise.resolve();
      if (state.fails) throw new Error('The house does not answer.');
      return nsid === 'app.holdfast.account.list' ? { accounts: Object.keys(mirrors).map((each) => ({ did: each })) } : { mirror: mirrors[did] };
    },
  };
  const talks = new Talks(calls as unknown as HouseCalls, ({ did, url }, listener) => {
    const name = `${did.slice(8, 9)} ${url}`;
    told.push(`begin ${name}`);
    listeners.set(did, listener);
    return { wake: () => told.push(`wake ${name}`), tellIdentity: () => told.push(`identity ${name}`), again: () => told.push(`again ${name}`), stop: () => told.push(`stop ${name}`) };
  }, (now) => links.push(now));
  return { talks, told, links, state, listeners, heard: () => told.splice(0) };
}

const active = (url: string): Mirror => ({ state: 'active', url });

test('talks for accounts that are paired and may talk, and only for those', async () => {
  const { talks, told } = setUp({ [ANNA]: active('https://m'), [BERT]: undefined });
  await talks.refresh();
  assert.deepEqual(told, ['begin a https://m']);
  for (const state of ['pairing', 'paused', 'alarm']) {
    const other = setUp({ [ANNA]: { state, url: 'https://m' } });
    await other.talks.refresh();
    assert.deepEqual(other.told, [], state);
  }
});

test('where everything is to be sent again they meet again, once', async () => {
  const mirrors: Record<string, Mirror> = { [ANNA]: active('https://m') };
  const { talks, heard } = setUp(mirrors);
  await talks.refresh();
  heard();
  mirrors[ANNA] = { ...active('https://m'), resend: true };
  await talks.refresh(ANNA);
  await talks.refresh(ANNA);
  assert.deepEqual(heard(), ['again a https://m']);
  mirrors[ANNA] = active('https://m');
  await talks.refresh(ANNA);
  mirrors[ANNA] = { ...active('https://m'), resend: true };
  await talks.refresh(ANNA);
  assert.deepEqual(heard(), ['again a https://m']);
});

test('what has not changed goes on', async () => {
  const { talks, heard } = setUp({ [ANNA]: active('https://m') });
  await talks.refresh();
  heard();
  await talks.refresh();
  await talks.refresh(ANNA);
  assert.deepEqual(heard(), []);
});

test('stops at a pause, goes on after it, and follows to another mirror', async () => {
  const mirrors: Record<string, Mirror> = { [ANNA]: active('https://m') };
  const { talks, heard } = setUp(mirrors);
  await talks.refresh();
  heard();
  mirrors[ANNA] = { state: 'paused', url: 'https://m' };
  await talks.refresh(ANNA);
  assert.deepEqual(heard(), ['stop a https://m']);
  mirrors[ANNA] = active('https://m');
  await talks.refresh(ANNA);
  assert.deepEqual(heard(), ['begin a https://m']);
  mirrors[ANNA] = active('https://n');
  await talks.refresh(ANNA);
  assert.deepEqual(heard(), ['stop a https://m', 'begin a https://n']);
});

test('stops for an account that was removed', async () => {
  const mirrors: Record<string, Mirror> = { [ANNA]: active('https://m'), [BERT]: active('https://m') };
  const { talks, heard } = setUp(mirrors);
  await talks.refresh();
  heard();
  delete mirrors[ANNA];
  await talks.refresh();
  assert.deepEqual(heard(), ['stop a https://m']);
});

test('wakes whose account wrote, and begins all again when the network changes', async () => {
  const { talks, heard } = setUp({ [ANNA]: active('https://m'), [BERT]: active('https://m') });
  await talks.refresh();
  heard();
  talks.wake(BERT);
  talks.wake('did:plc:cccccccccccccccccccccccc');
  talks.again();
  assert.deepEqual(heard(), ['wake b https://m', 'again a https://m', 'again b https://m']);
});

test('many reasons to ask while it asks are one', async () => {
  const { talks, state, told } = setUp({ [ANNA]: active('https://m') });
  await Promise.all([talks.refresh(), ...Array.from({ length: 50 }, () => talks.refresh(ANNA))]);
  assert.ok(state.asked <= 4, `it asked ${state.asked} times`);
  assert.deepEqual(told, ['begin a https://m']);
});

test('a house that cannot be asked changes nothing, and is asked again', async () => {
  const { talks, state, heard } = setUp({ [ANNA]: active('https://m') });
  state.fails = true;
  await talks.refresh();
  state.fails = false;
  await talks.refresh(ANNA);
  assert.deepEqual(heard(), ['begin a https://m']);
  state.fails = true;
  await talks.refresh();
  assert.deepEqual(heard(), []);
});

test('says how each stands; one that was stopped stands nowhere', async () => {
  const mirrors: Record<string, Mirror> = { [ANNA]: active('https://m') };
  const { talks, links, listeners } = setUp(mirrors);
  await talks.refresh();
  listeners.get(ANNA)!.onLink({ state: 'linked', by: 'websocket' });
  mirrors[ANNA] = { state: 'paused', url: 'https://m' };
  await talks.refresh(ANNA);
  listeners.get(ANNA)!.onLink({ state: 'away', since: '2026-11-25T09:00:00.000Z' });
  assert.deepEqual(links.map((each) => Object.fromEntries(each)), [{ [ANNA]: { state: 'linked', by: 'websocket' } }, {}]);
});

test('ends all, and begins none any more', async () => {
  const { talks, heard } = setUp({ [ANNA]: active('https://m') });
  await talks.refresh();
  heard();
  talks.end();
  await talks.refresh();
  assert.deepEqual(heard(), ['stop a https://m']);
});

test('one that has ended by itself begins again when the house says that something changed', async () => {
  const { talks, listeners, heard } = setUp({ [ANNA]: active('https://m') });
  await talks.refresh();
  heard();
  listeners.get(ANNA)!.onEnd();
  await talks.refresh(ANNA);
  assert.deepEqual(heard(), ['stop a https://m', 'begin a https://m']);
});

test('the mirror of an account is told that its DID says something else, and no other', async () => {
  const { talks, heard } = setUp({ [ANNA]: active('https://m'), [BERT]: active('https://n') });
  await talks.refresh();
  heard();
  talks.tellIdentity(ANNA);
  talks.tellIdentity('did:plc:nobody');
  assert.deepEqual(heard(), ['identity a https://m']);
});
