import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSyntax } from '../../test/vectors/syntax.ts';
import { isNsid, nsidAuthority, nsidName, parseNsid } from './nsid.ts';

testSyntax({ name: 'nsid', is: isNsid, parse: parseNsid });

test('an NSID has an authority and a name', () => {
  const nsid = parseNsid('app.bsky.feed.getPosts');
  assert.equal(nsidAuthority(nsid), 'feed.bsky.app');
  assert.equal(nsidName(nsid), 'getPosts');
});

test('an NSID takes at most 317 characters', () => {
  const authority = `com${`.${'a'.repeat(62)}`.repeat(4)}`;
  assert.ok(isNsid(`${authority}.${'b'.repeat(61)}`));
  assert.equal(isNsid(`${authority}.c.${'b'.repeat(59)}`), true);
  assert.equal(isNsid(`${authority}.c.${'b'.repeat(60)}`), false);
});
