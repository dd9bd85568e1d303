import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDid, parseTid } from '../../../protocol/index.ts';
import { Crawlers } from '../../crawlers.ts';
import type { AccountFault, RelaySight } from '../../relays/relay-watch.ts';
import { relays } from './relays.ts';
import { span } from './words.ts';

const HOST = { name: 'mirror.example', accounts: 3, kept: 3, eventsInHour: 7, isFull: false };
const SIGHT: RelaySight = { lookedAt: Date.UTC(2026, 0, 2, 3, 4), place: { isAhead: false }, asked: 3, faults: [], toldAnew: 0 };
const DID = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');

/** The page about one relay of which this was seen, as text. */
function shown(sight?: Partial<RelaySight>, totals: readonly Partial<typeof HOST>[] = [{}], urls: readonly string[] = ['https://relay.example']): string {
  const hosts = totals.map((each) => ({ ...HOST, ...each }));
  const crawlers = new Crawlers({ relays: urls, hostname: 'mirror.example', log: () => undefined });
  const outlets = { all: hosts.map((name) => ({ name, crawlers, relays: { sight: () => sight && { ...SIGHT, ...sight } } })) };
  const page = relays({ outlets, hosts: () => hosts });
  return page.text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

test('every state of a relay is told in words', () => {
  const cases: [Partial<RelaySight> | undefined, RegExp][] = [
    [undefined, /relay\.example not looked at yet Not asked to crawl yet\./],
    [{ asked: 0 }, /none looked at Not asked/],
    [{ failure: 'its answer was <503>' }, /it cannot be asked: its answer was &lt;503&gt;/],
    [{ host: { state: 'active', seq: 12, accounts: 2 }, place: { isAhead: false, lagMs: 0 } }, /it has read everything Up to event 12\. Looked at 2026-01-02 03:04 UTC 2 known, none missing 3 looked at/],
    [{ host: { state: 'active' } }, /it reads, and does not say how far Looked/],
    [{ host: { state: 'active' }, place: { isAhead: false, lagMs: 61_000 } }, /it reads, 61 seconds behind/],
    [{ host: { state: 'active' }, place: { isAhead: false, lagMs: 7_200_000 } }, /it is 2 hours behind/],
    [{ host: { state: 'active' }, place: { isAhead: true } }, /this mirror never told/],
    [{ host: { state: 'missing' } }, /it does not know this mirror/], [{ host: { state: 'idle' } }, /it has stopped reading/],
    [{ host: { state: 'offline' } }, /it could not reach this mirror/], [{ host: { state: 'throttled' } }, /over its limits/],
    [{ host: { state: 'banned' } }, /has shut this mirror out/], [{ host: { state: 'silent' } }, /it does not say/],
    [{ toldAnew: 4, toldAnewAt: SIGHT.lookedAt }, /Accounts told anew: 4, the last 2026-01-02 03:04 UTC/],
  ];
  for (const [sight, words] of cases) assert.match(shown(sight), words);
});

test('accounts that a relay does not have as they are here are listed, the first hundred of them', () => {
  const fault = (state: AccountFault['state'], more: Partial<AccountFault> = {}): AccountFault => ({ did: DID, state, since: SIGHT.lookedAt, seenAt: SIGHT.lookedAt, ...more });
  const faults = [fault('missing'), fault('behind', { rev: parseTid('3mbd354z2m222') }), fault('ahead'), fault('inactive', { status: 'deactivated' }), fault('inactive')];
  assert.match(shown({ faults }), new RegExp(`5 not as here.*Not as here at relay.example ${DID} : it has nothing of it, since 2026-01-02 03:04 UTC.*an older revision.*a later revision.*inactive \\(deactivated\\).*for inactive,`));
  assert.match(shown({ faults: Array.from({ length: 150 }, () => fault('missing')) }), /150 not as here.*These are 100 of 150\./);
});

test('an operator is warned before relays take no more, and told where no relay is asked', () => {
  assert.doesNotMatch(shown(), /Near the limits/);
  assert.match(shown(undefined, [{ accounts: 80 }]), /Near the limits of relays 80 accounts are active\. Public relays take 100/);
  assert.match(shown(undefined, [{ eventsInHour: 2_000 }], []), /2,000 events were told in the last hour\. Public relays read 2,500.*No relay is asked to crawl/);
});

test('where there are several host names each is told of by itself, and that all are full', () => {
  const text = shown({ faults: [{ did: DID, state: 'missing', since: 0, seenAt: 1 }] }, [{}, { name: 'other.example', accounts: 80, isFull: true }]);
  assert.match(text, /limits of relays other\.example: 80 accounts are active\./);
  assert.match(text, /relay\.example of mirror\.example it does not say.*relay\.example of other\.example it does not say.*Not as here at relay\.example, of other\.example/);
  assert.doesNotMatch(text, /is full|mirror\.example: /);
  assert.match(shown(undefined, [{ isFull: true }, { name: 'other.example', isFull: true }]), /Every host name is full: .*HOLDFAST_MORE_HOSTNAMES/);
  assert.match(shown(undefined, [{ isFull: true }]), /The host name is full: /);
});

test('spans of time are said in one unit', () => {
  assert.deepEqual([0, 1, 89, 90, 3_600, 5_400, 129_600, 864_000].map(span), ['0 seconds', '1 second', '89 seconds', '2 minutes', '60 minutes', '2 hours', '2 days', '10 days']);
});
