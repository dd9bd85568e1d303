import { mainSchema } from '@atcute/atproto/types/repo/uploadBlob';
import type { Did } from '../../../../protocol/index.ts';
import { accountToWrite } from '../../../accounts/find-account.ts';
import { mediaTypeOf } from '../../../blobs/media-type.ts';
import { rawCid } from '../../../blobs/raw-cid.ts';
import { defineMethod } from '../../../xrpc/method.ts';
import type { Call } from '../../../xrpc/method.ts';
import { invalidRequest } from '../../../xrpc/xrpc-error.ts';

/** The lexicon takes the account from the session; an owner of several says which. */
const ACCOUNT = 'holdfast-account';

export const uploadBlob = defineMethod(mainSchema, async (context) => {
  const { house: { blobs }, request, body } = context;
  const did = await accountFor(context);
  const cid = await rawCid(body);
  const { mimeType, size } = await blobs.put(did, body, { cid, mimeType: mediaTypeOf(body, request.headers.get('content-type')) });
  return { blob: { $type: 'blob', ref: { $link: cid.toString() }, mimeType, size } };
});

async function accountFor({ host: { store }, request }: Call): Promise<Did> {
  const named = request.headers.get(ACCOUNT);
  if (named !== null) return (await accountToWrite(store, named)).did;
  const [account, ...others] = await store.accounts();
  if (account === undefined || others.length > 0) {
    throw invalidRequest(`The header ${ACCOUNT} says which account of this house the blob is for. Nothing was changed.`);
  }
  return account.did;
}
