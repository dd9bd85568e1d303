import assert from 'node:assert/strict';
import { test } from 'node:test';
import { House, p256, post } from '../../test/support/house.ts';
import { decodeFrame, encodeFrame } from '../protocol/index.ts';
import type { CborMap } from '../protocol/index.ts';
import type { CommitMessage } from './index.ts';
import { verifyCommitMessage } from './index.ts';

test('a #commit that went through a frame of the firehose still verifies, and brings the same blocks', async () => {
  const house = await House.create([{ action: 'create', path: 'app.bsky.feed.post/one', record: post('one') }]);
  const { message, verified } = await house.write([{ action: 'update', path: 'app.bsky.feed.post/one', record: post('two') }]);
  const told = decodeFrame(encodeFrame('#commit', { seq: 1, ...message } as unknown as CborMap));
  assert.ok(told.kind === 'message' && told.type === '#commit' && told.body['seq'] === 1);
  const again = await verifyCommitMessage(told.body as unknown as CommitMessage, { key: p256.publicKey });
  assert.deepEqual(again.newBlocks.map(({ cid }) => String(cid)), verified.newBlocks.map(({ cid }) => String(cid)));
});
