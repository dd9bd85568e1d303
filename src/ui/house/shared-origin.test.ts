import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isShared } from './shared-origin.ts';

test('an origin on which strangers have pages is known', () => {
  const shared = ['someone.github.io/holdfast/', 'team.gitlab.io/', 'storage.googleapis.com/bucket/', 'bucket.s3.eu-west-1.amazonaws.com/', 'tilde.example/~ada/'];
  const own = ['localhost/', 'house.example/', 'github.io.example/', 'holdfast.example/at/did:plc:x'];
  const at = (address: string) => new URL(`https://${address}`);
  assert.deepEqual(shared.filter((address) => !isShared(at(address))), []);
  assert.deepEqual(own.filter((address) => isShared(at(address))), []);
});
