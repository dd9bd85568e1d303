import assert from 'node:assert/strict';
import { test } from 'node:test';
import { speakable, wordsToCompare } from './words.ts';

const ONE = { did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', signingKey: 'did:key:zDnaeOne', mirrorDid: 'did:web:mirror.test', mirrorKey: 'did:key:zDnaeTwo' };

test('words are as the paper has them: what can be said', () => {
  // Of the addresses 127.0.0.1, 63.84.220.193, 140.98.193.141 and 255.255.255.255.
  const said = ([a, b, c, d]: readonly [number, number, number, number]): string => `${speakable((a << 8) | b)}-${speakable((c << 8) | d)}`;
  assert.deepEqual(
    ([[127, 0, 0, 1], [63, 84, 220, 193], [140, 98, 193, 141], [255, 255, 255, 255]] as const).map(said),
    ['lusab-babad', 'gutih-tugad', 'mudof-sakat', 'zuzuz-zuzuz'],
  );
});

test('the words are the same for ever, and others where anything of the four is', () => {
  assert.deepEqual(wordsToCompare(ONE), ['tonam', 'rohol', 'dibab', 'zopab']);
  const others = [
    { ...ONE, did: 'did:plc:ewvi7nxzyoun6zhxrhs64oia' }, { ...ONE, signingKey: 'did:key:zDnaeTwo' }, { ...ONE, mirrorDid: 'did:web:mirror.test%3A1' },
    { ...ONE, mirrorKey: 'did:key:zDnaeOne' }, { ...ONE, signingKey: ONE.mirrorKey, mirrorKey: ONE.signingKey },
  ];
  const all = [ONE, ...others].map((each) => wordsToCompare(each).join(' '));
  assert.equal(new Set(all).size, all.length);
  for (const words of all) assert.match(words, /^(?:[bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz](?: |$)){4}$/);
});
