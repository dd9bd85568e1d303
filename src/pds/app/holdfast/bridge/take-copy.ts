import { lexicons } from '../../../../protocol/index.ts';
import type { House } from '../../../house.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { takeCopy } from '../../../mirroring/reconcile.ts';
import { readHead } from '../../../mirroring/told-head.ts';
import { defineHostMethod } from '../../../xrpc/method.ts';

export const takeHouseCopy = defineHostMethod<House>()(lexicons.AppHoldfastBridgeTakeCopy.mainSchema, async ({ host: house, params, request }) => {
  const account = await pairedAccount(house, params.did);
  const { body } = request;
  const named = body === null ? undefined : await takeCopy(house, account, readHead(params), body);
  const here = await Promise.all((named ?? []).map((cid) => house.blobs.info(account.did, cid)));
  const blobs = (named ?? []).filter((_, index) => here[index] === undefined).map((cid) => cid.toString());
  return { isTaken: named !== undefined, blobs };
}, { isStream: true });
