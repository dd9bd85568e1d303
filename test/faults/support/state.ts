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

/** All that can be seen of a house, to be compared with another's; DIDs are left out where they are not this one. */
export interface Facts {
  readonly accounts: string;
  /** How many rows each table has, but for jobs. */
  readonly rows: string;
}

/** Every account, verified, with the blobs that its records name, and how many rows there are. */
export async function factsOf(page: Page, known: string): Promise<Facts> {
  const { accounts } = await succeed(page, 'app.holdfast.account.list') as { accounts: { did: string }[] };
  const facts: string[] = [];
  for (const { did } of accounts) {
    const { records, commits } = await stateOf(page, did);
    facts.push(JSON.stringify([did === known ? 'known' : 'new', commits, [...records].sort(), await blobsOf(page, did)]));
  }
  return { accounts: facts.sort().join('\n'), rows: JSON.stringify(await rowsOf(page)) };
}

/** CIDs of blobs, and how many bytes the house gives for each. */
async function blobsOf(page: Page, did: string): Promise<readonly (readonly [string, number])[]> {
  const { cids } = await succeed(page, 'com.atproto.sync.listBlobs', { params: { did } }) as { cids: string[] };
  return page.evaluate(async (did, cids) => {
    const given = (globalThis as { heldCapability?: { readonly text: string } }).heldCapability?.text ?? '';
    return Promise.all(cids.map(async (cid) => {
      const response = await fetch(`/xrpc/com.atproto.sync.getBlob?did=${did}&cid=${cid}`, { headers: { 'holdfast-capability': given } });
      if (!response.ok) throw new Error(await response.text());
      return [cid, (await response.arrayBuffer()).byteLength] as const;
    }));
  }, did, cids);
}

/** Read by the page itself. */
export async function rowsOf(page: Page): Promise<Readonly<Record<string, number>>> {
  return page.evaluate(async () => {
    const asked = <Result>(request: IDBRequest<Result>): Promise<Result> => new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('not read')));
    });
    const db = await asked(indexedDB.open('holdfast'));
    // Notes of keys' uses may be lost under a fault, and stop nothing.
    const names = [...db.objectStoreNames].filter((name) => name !== 'jobs' && name !== 'uses');
    const transaction = db.transaction(names);
    const counts = await Promise.all(names.map(async (name) => [name, await asked(transaction.objectStore(name).count())] as const));
    db.close();
    return Object.fromEntries(counts);
  });
}
