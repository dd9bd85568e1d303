import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { verdictOf } from './verdict.ts';
import type { VerifyResult } from '../jobs/index.ts';

const DID = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
const RESULT: VerifyResult = {
  did: DID, head: 'bafyrei', rev: '3kztestrev222', records: 3, bytes: 1000, collections: [], blobs: 0, foreign: 0, unreachable: 0,
  signature: 'verified', signedBy: 'did:key:zDn', house: 'same',
};
const NAME = 'alice.example.com';

describe('verdictOf', () => {
  it('calls a file good when its signature is right, and says whose it is', () => {
    const { tone, title, sentences } = verdictOf(RESULT, NAME);
    assert.equal(tone, 'good');
    assert.match(title, /good: it belongs to alice\.example\.com/);
    assert.match(sentences.join(' '), /exactly what is in this house/);
  });

  it('says how the file stands to the house', () => {
    assert.match(verdictOf({ ...RESULT, house: 'older' }, NAME).sentences.join(' '), /older than what is in this house/);
    assert.match(verdictOf({ ...RESULT, house: 'newer' }, NAME).sentences.join(' '), /newer than what is in this house/);
  });

  it('does not call a file good whose signature it could not check', () => {
    const { signedBy: _, ...rest } = RESULT;
    const { tone, title, sentences } = verdictOf({ ...rest, signature: 'unknown', house: 'absent' }, DID);
    assert.equal(tone, 'amber');
    assert.doesNotMatch(title, /good/);
    assert.match(title, /did:plc:ewvi/);
    assert.match(sentences.join(' '), /signature cannot be checked here/);
  });

  it('tells of what is unusual', () => {
    const { sentences } = verdictOf({ ...RESULT, foreign: 2, unreachable: 5 }, NAME);
    assert.match(sentences.join(' '), /form of its own: 2\..*belong to nothing: 5\./);
  });
});
