import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateRecord } from './index.ts';
import type { JsonValue } from './index.ts';

const TID = '3jzfcijpj2z2a';
const AT = '2026-01-01T00:00:00.000Z';
const ME = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
const URI = `at://${ME}/app.bsky.feed.post/${TID}`;
const CID = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm';
const SUBJECT = { uri: URI, cid: CID };

/** A right record of every collection of the catalogue, with its record key. */
const RIGHT: readonly (readonly [collection: string, rkey: string, fields: Record<string, JsonValue>])[] = [
  ['app.bsky.actor.profile', 'self', { displayName: 'Alice' }],
  ['app.bsky.actor.status', 'self', { status: 'app.bsky.actor.status#live', createdAt: AT }],
  ['app.bsky.feed.generator', 'mine', { did: ME, displayName: 'Feed', createdAt: AT }],
  ['app.bsky.feed.like', TID, { subject: SUBJECT, createdAt: AT }],
  ['app.bsky.feed.post', TID, { text: 'Hello', createdAt: AT }],
  ['app.bsky.feed.postgate', TID, { post: URI, createdAt: AT }],
  ['app.bsky.feed.repost', TID, { subject: SUBJECT, createdAt: AT }],
  ['app.bsky.feed.threadgate', TID, { post: URI, createdAt: AT }],
  ['app.bsky.graph.block', TID, { subject: ME, createdAt: AT }],
  ['app.bsky.graph.follow', TID, { subject: ME, createdAt: AT }],
  ['app.bsky.graph.list', TID, { purpose: 'app.bsky.graph.defs#curatelist', name: 'List', createdAt: AT }],
  ['app.bsky.graph.listblock', TID, { subject: URI, createdAt: AT }],
  ['app.bsky.graph.listitem', TID, { subject: ME, list: URI, createdAt: AT }],
  ['app.bsky.graph.starterpack', TID, { name: 'Pack', list: URI, createdAt: AT }],
  ['app.bsky.graph.verification', TID, { subject: ME, handle: 'alice.test', displayName: 'Alice', createdAt: AT }],
  ['app.bsky.labeler.service', 'self', { policies: { labelValues: [] }, createdAt: AT }],
  ['app.bsky.notification.declaration', 'self', { allowSubscriptions: 'followers' }],
  ['chat.bsky.actor.declaration', 'self', { allowIncoming: 'all' }],
];

for (const [collection, rkey, fields] of RIGHT) {
  test(`${collection} is known: right ones pass, wrong ones and wrong keys do not`, () => {
    const record = { $type: collection, ...fields };
    assert.equal(validateRecord(collection, rkey, record), 'valid');
    // Generators may have any key.
    assert.equal(validateRecord(collection, 'other', record) === 'valid', collection === 'app.bsky.feed.generator');
    const [name] = Object.keys(fields);
    const finding = validateRecord(collection, rkey, { ...record, [name!]: 5 });
    assert.ok(typeof finding === 'object' && finding.fault.includes(name!), JSON.stringify(finding));
  });
}

test('what has no lexicon here is unknown, whatever its name', () => {
  for (const collection of ['com.example.record', 'toString', '__proto__']) assert.equal(validateRecord(collection, 'a', {}), 'unknown');
});

test('a blob is held to size and type, and its old form is refused', () => {
  const avatar = { $type: 'blob', ref: { $link: 'bafkreig7hjyzxjhcwxhfzsshzd3ivzbmdv4ockoomcilfjvyp3v4y3ajfe' }, mimeType: 'image/png', size: 4 };
  const find = (value: JsonValue): unknown => validateRecord('app.bsky.actor.profile', 'self', { $type: 'app.bsky.actor.profile', avatar: value });
  assert.equal(find(avatar), 'valid');
  for (const wrong of [{ ...avatar, size: 1_000_001 }, { ...avatar, mimeType: 'text/html' }, { cid: avatar.ref.$link, mimeType: 'image/png' }]) {
    assert.notEqual(find(wrong), 'valid');
  }
});
