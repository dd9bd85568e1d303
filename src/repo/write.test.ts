import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CborMap } from '../protocol/index.ts';
import { House, post } from '../../test/support/house.ts';
import type { Write } from './index.ts';

const path = 'app.bsky.feed.post/one';
const create: Write = { action: 'create', path, record: post('one') };

const refused: readonly { readonly why: string; readonly code: string; readonly writes: readonly Write[] }[] = [
  { why: 'create where a record is', code: 'RecordExists', writes: [create] },
  { why: 'update where none is', code: 'RecordMissing', writes: [{ action: 'update', path: `${path}x`, record: post('') }] },
  { why: 'delete where none is', code: 'RecordMissing', writes: [{ action: 'delete', path: `${path}x` }] },
  { why: 'one path twice', code: 'DuplicatePath', writes: [{ action: 'delete', path }, create] },
  { why: 'no path', code: 'NodeKey', writes: [{ action: 'create', path: 'nonsense', record: post('') }] },
  { why: 'a record key of two dots', code: 'NodeKey', writes: [{ action: 'create', path: 'app.bsky.feed.post/..', record: post('') }] },
  {
    why: 'more than 200 writes', code: 'CommitTooLarge',
    writes: Array.from({ length: 201 }, (_, n): Write => ({ action: 'create', path: `app.bsky.feed.post/${n}`, record: post('') })),
  },
  { why: 'a record over 1,000,000 bytes', code: 'BlockTooLarge', writes: [{ action: 'create', path: `${path}x`, record: post('x'.repeat(1_000_000)) }] },
  {
    why: 'records over 2,000,000 bytes together', code: 'CommitTooLarge',
    writes: [1, 2, 3].map((n): Write => ({ action: 'create', path: `${path}${n}`, record: post(String(n).repeat(700_000)) })),
  },
  { why: 'a record without a type', code: 'RecordType', writes: [{ action: 'create', path: `${path}x`, record: { text: '' } }] },
  { why: 'a record that is a node', code: 'RecordType', writes: [{ action: 'create', path: `${path}x`, record: { e: [], l: null } }] },
  { why: 'a float', code: 'UnencodableValue', writes: [{ action: 'create', path: `${path}x`, record: { ...post(''), text: 1.5 } as CborMap }] },
];

for (const { why, code, writes } of refused) {
  test(`refuses ${why} with ${code}, and changes nothing`, async () => {
    const house = await House.create([create]);
    const before = await house.contents();
    const head = house.repository;
    let asked = 0;
    const signer = { ...house.author.signer, sign: (bytes: Uint8Array) => (asked++, house.author.signer.sign(bytes)) };
    await assert.rejects(head.write(writes, { ...house.author, signer }), { code });
    await assert.rejects(head.write([{ action: 'create', path: 'app.bsky.feed.post/good', record: post('') }, ...writes], house.author), { code });
    assert.equal(asked, 0, 'something was signed');
    assert.equal(house.repository, head);
    assert.deepEqual(await house.contents(), before);
    await house.write([{ action: 'delete', path }]);
  });
}

test('a commit without writes renews the signature and keeps the tree', async () => {
  const house = await House.create([create]);
  const { root } = house.repository.tree;
  const { result } = await house.write([]);
  assert.ok(result.repository.tree.root.equals(root));
  assert.ok(result.commit.rev > result.since!);
  assert.deepEqual(result.operations, []);
});
