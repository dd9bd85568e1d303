import { lexicons } from '../../../../protocol/index.ts';
import type { House } from '../../../house.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { takeCopy } from '../../../mirroring/reconcile.ts';
import { readHead } from '../../../mirroring/told-head.ts';
import { defineHostMethod } from '../../../xrpc/method.ts';

export const takeHouseCopy = defineHostMethod<House>()(lexicons.AppHoldfastBridgeTakeCopy.mainSchema, async ({ host: house, params, request }) => {
  const account = await pairedAccount(house, params.did);
  // Firefox shows no stream in a request.
  const car = request.body ?? (await request.blob()).stream();
  const named = await takeCopy(house, account, readHead(params), car);
  const here = await Promise.all((named ?? []).map((cid) => house.blobs.info(account.did, cid)));
  const blobs = (named ?? []).filter((_, index) => here[index] === undefined).map((cid) => cid.toString());
  return { isTaken: named !== undefined, blobs };
}, { isStream: true });
