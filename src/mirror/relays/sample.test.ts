import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDid } from '../../protocol/index.ts';
import { Sample } from './sample.ts';

test('of those that changed a thousand are remembered, the newest; where nobody is active, the search ends', async () => {
  const pages: (string | undefined)[] = [];
  const gone = { did: parseDid('did:web:gone.example'), status: 'deleted' as const, createdAt: 0, collections: new Map(), bytes: 0, terms: {} };
  const sample = new Sample({
    accounts: async ({ after }) => {
      pages.push(after);
      return after === undefined ? [gone] : [];
    },
  });
  const dids = Array.from({ length: 1_500 }, (_, index) => parseDid(`did:web:host${index}.example`));
  sample.heard(dids.map((did) => ({ did })));
  assert.deepEqual(await sample.next(5_000), dids.slice(500).reverse());
  assert.deepEqual(pages, [undefined, gone.did, undefined, gone.did]);
  assert.deepEqual(await sample.next(20), []);
});
