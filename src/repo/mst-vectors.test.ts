import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CidMap, parseCid } from '../protocol/index.ts';
import type { Cid } from '../protocol/index.ts';
import { MemoryBlockStore } from '../storage/memory/index.ts';
import { assertCount } from '../../test/vectors/counts.ts';
import { vectorJson, vectorLines } from '../../test/vectors/files.ts';
import { TreeBuilder } from './build.ts';
import { put, remove } from './edit.ts';
import type { Root } from './edit.ts';
import { invert } from './inversion.ts';
import { keyLayer } from './key.ts';
import { sharedPrefix } from './node-codec.ts';
import { NodeSource } from './node-source.ts';
import type { StoredNode } from './node.ts';
import type { Operation } from './operation.ts';
import { coverKey } from './proof.ts';
import { sealDrafts } from './seal.ts';
import { byCid, SuppliedNodes } from './supplied-nodes.ts';
import { Tree } from './tree.ts';

test('layers of keys', (t) => {
  const cases = vectorJson<{ key: string; height: number }[]>('atproto-interop-tests/mst/key_heights.json');
  for (const { key, height } of cases) assert.equal(keyLayer(key), height, key);
  assertCount(t, 'mst key heights', cases.length);
});

test('layers of the example keys, named by their second character', (t) => {
  const keys = vectorLines('atproto-interop-tests/mst/example_keys.txt');
  for (const key of keys) assert.equal(keyLayer(key), Number(key[1]), key);
  assertCount(t, 'mst example keys', keys.length);
});

test('longest common prefixes', (t) => {
  const cases = vectorJson<{ left: string; right: string; len: number }[]>('atproto-interop-tests/mst/common_prefix.json');
  for (const { left, right, len } of cases) assert.equal(sharedPrefix(left, right), len, `${left} ${right}`);
  assertCount(t, 'mst common prefixes', cases.length);
});

interface ProofCase {
  comment: string;
  leafValue: string;
  keys: string[];
  adds: string[];
  dels: string[];
  rootBeforeCommit: string;
  rootAfterCommit: string;
  blocksInProof: string[];
}

test('commit proofs', async (t) => {
  const cases = vectorJson<ProofCase[]>('atproto-interop-tests/firehose/commit-proof-fixtures.json');
  for (const { comment, leafValue, keys, adds, dels, rootBeforeCommit, rootAfterCommit, blocksInProof } of cases) {
    const value = parseCid(leafValue);
    const { source, root } = built(keys, value);
    assert.equal(root.toString(), rootBeforeCommit, comment);
    const operations: Operation[] = [
      ...adds.map((path) => ({ action: 'create', path, cid: value }) as const),
      ...dels.map((path) => ({ action: 'delete', path, cid: null, prev: value }) as const),
    ];
    const top = await source.run(() => new Tree(source, root).top());
    const edited = operations.reduce<Root>(
      (at, { path, cid }) => (cid === null ? remove(source, at, path) : put(source, at, path, cid)), top);
    const { cid: after, fresh } = sealDrafts(edited);
    assert.equal(after.toString(), rootAfterCommit, comment);

    for (const node of fresh.values()) source.add(node);
    const proof = new CidMap<StoredNode>();
    for (const { path } of operations) await source.run(() => coverKey(source, after, path, proof));
    const proven = [...proof.keys()].map(String);
    for (const cid of blocksInProof) assert.ok(proven.includes(cid), `${comment}: ${cid} is not in the proof`);
    const before = invert(new SuppliedNodes(byCid([...proof.values()])), { link: after, layer: edited.layer }, operations);
    assert.equal(sealDrafts(before).cid.toString(), rootBeforeCommit, comment);
  }
  assertCount(t, 'firehose commit proofs', cases.length);
});

function built(keys: readonly string[], value: Cid): { source: NodeSource; root: Cid } {
  const source = new NodeSource(new MemoryBlockStore());
  const builder = new TreeBuilder((node) => source.add(node));
  for (const key of keys.toSorted()) builder.add(key, value);
  return { source, root: builder.finish() };
}
