import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { removalRisks } from './removal-risks.ts';

const HEAD = { cid: 'bafyreihead', rev: '3kzhead222222' };
const ACCOUNT = { kit: 'proven', head: HEAD, records: 5 } as const;
const SAVED = { time: '2026-11-25T06:00:00Z', rev: HEAD.rev };

describe('removalRisks', () => {
  it('finds none where the kit is proven, the last backup is up to date and there are no blobs', () => {
    assert.deepEqual(removalRisks(ACCOUNT, SAVED, 0), []);
  });

  it('names the kit first', () => {
    const risks = removalRisks({ ...ACCOUNT, kit: 'unproven' }, undefined, 2);
    assert.equal(risks.length, 3);
    assert.match(risks[0] ?? '', /never come back/);
    assert.match(risks[1] ?? '', /No backup was saved/);
    assert.match(risks[2] ?? '', /2 pictures/);
  });

  it('sees that a backup is older than the head', () => {
    assert.match(removalRisks(ACCOUNT, { ...SAVED, rev: '3kyolder22222' }, 0).join(), /changed since the last backup/);
  });

  it('asks for no backup of an account without records', () => {
    assert.deepEqual(removalRisks({ ...ACCOUNT, records: 0 }, undefined, 0), []);
  });
});
