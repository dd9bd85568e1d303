import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createP256Signer, datetimeFromMs, formatDidKey, generateP256Key, tidFrom } from '../../protocol/index.ts';
import type { Signer } from '../../protocol/index.ts';
import { genesisDid, operationCid, operationOf, signedBytes, signOperation } from '../../identity/index.ts';
import type { AnyPlcOperation, Fetch } from '../../identity/index.ts';
import { DEFAULT_SETTINGS } from '../../pds/index.ts';
import type { Account } from '../../pds/index.ts';
import { EMPTY_NODE, signCommit } from '../../repo/index.ts';
import type { JobContext } from '../job-context.ts';
import { ownKey } from './own-key.ts';

const signer = async (): Promise<Signer> => createP256Signer(await generateP256Key(false));
const [recovery, first, second, third, stranger] = [await signer(), await signer(), await signer(), await signer(), await signer()];
const keyOf = ({ publicKey }: Signer): string => formatDidKey(publicKey);

const data = (signing: Signer) => ({
  rotationKeys: [keyOf(recovery)], alsoKnownAs: [], services: {}, verificationMethods: { atproto: keyOf(signing) },
});
const genesis = await signOperation(recovery, operationOf(data(first), null));
const did = genesisDid(genesis);
const renewed = await signOperation(recovery, operationOf(data(second), operationCid(genesis)));
const last = await signOperation(recovery, operationOf(data(third), operationCid(renewed)));

/** An account that had three signing keys one after the other; of its house's row, what is asked. */
const account = { did, signingKey: keyOf(third), genesis: signedBytes(genesis) } as Account;
const commitBy = (by: Signer, of = did) => signCommit(by, { did: of, data: EMPTY_NODE.cid, rev: tidFrom(Date.now() * 1000, 1) });

function directory(...operations: readonly AnyPlcOperation[]): { readonly context: JobContext; readonly asked: string[] } {
  const asked: string[] = [];
  const fetch: Fetch = async (url) => {
    asked.push(String(url));
    if (operations.length === 0) throw new TypeError('fetch failed');
    return Response.json(operations.map((operation, index) => ({
      did, operation, cid: operationCid(operation).toString(), nullified: false, createdAt: datetimeFromMs(1_700_000_000_000 + index * 1_000),
    })));
  };
  return { context: { fetch, settings: async () => DEFAULT_SETTINGS, signal: new AbortController().signal } as unknown as JobContext, asked };
}

test('the key that signs now, and that of the genesis, are known without anybody’s help', async () => {
  const { context, asked } = directory();
  for (const key of [third, first]) assert.equal(formatDidKey(await ownKey(await commitBy(key), account, context)), keyOf(key));
  assert.deepEqual(asked, []);
});

test('one between them is known from the verified log of the DID', async () => {
  const { context, asked } = directory(genesis, renewed, last);
  assert.equal(formatDidKey(await ownKey(await commitBy(second), account, context)), keyOf(second));
  assert.equal(asked.length, 1);
});

test('where the directory does not answer, that is said; where it does and no key fits, the file is refused', async () => {
  await assert.rejects(ownKey(await commitBy(second), account, directory().context), { code: 'KeyUnknown', message: /^Nothing in this house was changed\..*gave no answer/ });
  await assert.rejects(ownKey(await commitBy(stranger), account, directory(genesis, renewed, last).context), { code: 'CommitSignature' });
  // A log that was made up names no key.
  const forged = await signOperation(stranger, operationOf(data(stranger), operationCid(renewed)));
  await assert.rejects(ownKey(await commitBy(stranger), account, directory(genesis, renewed, forged).context), { code: 'OperationSignature' });
  await assert.rejects(ownKey(await commitBy(third, genesisDid(await signOperation(recovery, operationOf(data(stranger), null)))), account, directory().context), { code: 'CommitDid' });
});
