import assert from 'node:assert/strict';
import { parseDid, parseDidKey } from '../../../src/protocol/index.ts';
import { verifyRepository } from '../../../src/repo/index.ts';
import { exportRepo, succeed } from '../../e2e/support/house.ts';
import type { Page } from 'puppeteer-core';

/** What is stored of an account: paths with CIDs, how many commits; and how many accounts there are. */
export interface State {
  readonly records: ReadonlyMap<string, string>;
  readonly commits: number;
  readonly accounts: number;
}

/** All of the account, verified strictly from what the worker reads, and its history without a rev twice. */
export async function stateOf(page: Page, did: string): Promise<State> {
  const { signingKey } = await succeed(page, 'app.holdfast.account.describe', { params: { did } });
  const car = await exportRepo(page, did);
  const records = new Map<string, string>();
  await verifyRepository(new Blob([new Uint8Array(car)]).stream(), {
    key: parseDidKey(String(signingKey)), did: parseDid(did), visitor: { record: (path, cid) => void records.set(path, String(cid)) },
  });
  const revs: string[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const params: Record<string, string> = { did, limit: '100', ...(cursor !== '' && { cursor }) };
    const listed = await succeed(page, 'app.holdfast.activity.list', { params }) as { commits: { rev: string }[]; cursor?: string };
    revs.push(...listed.commits.map(({ rev }) => rev));
    cursor = listed.cursor;
  }
  assert.deepEqual(revs, [...new Set(revs)].sort().reverse(), 'a rev twice, or out of order');
  const { accounts } = await succeed(page, 'app.holdfast.account.list') as { accounts: unknown[] };
  return { records, commits: revs.length, accounts: accounts.length };
}
