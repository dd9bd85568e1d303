import assert from 'node:assert/strict';
import { test } from 'node:test';
import { is } from '@atcute/lexicons';
import { ComAtprotoSyncSubscribeRepos } from '@atcute/atproto';
import { DID, House, post } from '../../test/support/house.ts';
import { decodeFrame, parseHandle, toJson } from '../protocol/index.ts';
import type { CborMap } from '../protocol/index.ts';
import { carBytes, readCar } from '../repo/index.ts';
import { accountEvent, commitEvent, eventFrame, identityEvent, syncEvent } from './events.ts';
import type { NewEvent } from './ports/event-log.ts';

const house = await House.create([{ action: 'create', path: 'app.bsky.feed.post/one', record: post('one') }]);
const { message, result } = await house.write([
  { action: 'delete', path: 'app.bsky.feed.post/one' }, { action: 'create', path: 'app.bsky.feed.post/two', record: post('two') },
]);

function told(event: NewEvent): CborMap {
  const frame = decodeFrame(eventFrame(event, 7, 1_790_000_000_000));
  assert.ok(frame.kind === 'message' && frame.type === event.type);
  const body = { $type: `com.atproto.sync.subscribeRepos${frame.type}`, ...(toJson(frame.body) as object) };
  assert.ok(is(ComAtprotoSyncSubscribeRepos.mainSchema.message!, body));
  assert.equal(frame.body['seq'], 7);
  assert.equal(frame.body['time'], '2026-09-21T14:13:20.000Z');
  return frame.body;
}

test('a commit is told with its operations as the network has them', () => {
  const event = commitEvent(message);
  assert.ok(event.did === DID && event.head!.rev === message.rev && event.head!.cid.equals(message.commit));
  const body = told(event);
  assert.deepEqual(Object.keys(body).toSorted(), [
    'blobs', 'blocks', 'commit', 'ops', 'prevData', 'rebase', 'repo', 'rev', 'seq', 'since', 'time', 'tooBig',
  ]);
  const [gone, made] = body['ops'] as readonly CborMap[];
  assert.ok(gone!['cid'] === null && gone!['prev'] !== undefined && made!['cid'] !== null && !Object.hasOwn(made!, 'prev'));
});

test('the first commit of an account is told with since: null', () => {
  assert.equal(told(commitEvent(house.history[0]!.message))['since'], null);
});

test('the commit comes first in its CAR, wherever the house had put it', () => {
  const { blocks } = readCar(message.blocks);
  const turned = { ...message, blocks: carBytes(message.commit, [...blocks].reverse()) };
  assert.ok(!readCar(turned.blocks).blocks[0]!.cid.equals(message.commit));
  const car = readCar(told(commitEvent(turned))['blocks'] as Uint8Array);
  assert.ok(car.root.equals(message.commit) && car.blocks[0]!.cid.equals(message.commit) && car.blocks.length === blocks.length);
});

test('a sync holds the commit and nothing else', () => {
  const body = told(syncEvent(DID, result.commit.rev, result.commit));
  const car = readCar(body['blocks'] as Uint8Array);
  assert.ok(car.blocks.length === 1 && car.root.equals(result.commit.cid) && body['rev'] === result.commit.rev);
});

test('identity and account say what is known, and no more', () => {
  assert.equal(told(identityEvent(DID, parseHandle('alice.test')))['handle'], 'alice.test');
  assert.ok(!Object.hasOwn(told(identityEvent(DID)), 'handle'));
  assert.ok(!Object.hasOwn(told(accountEvent(DID, true)), 'status'));
  assert.deepEqual([told(accountEvent(DID, false, 'deleted'))].map(({ active, status }) => [active, status]), [[false, 'deleted']]);
});
