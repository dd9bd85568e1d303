import { blobRefsOf, lexicons, parseTid, toJson } from '../../../../protocol/index.ts';
import type { JsonMap } from '../../../../protocol/index.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { presentRecords, recordChange } from '../../../history/change.ts';
import { missingBlobs } from '../../../history/undo.ts';
import { recordValue } from '../../../record-value.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const getChange = defineMethod(lexicons.AppHoldfastHistoryGet.mainSchema, async ({ house, params: { path, rev, ...params } }) => {
  const { did } = await accountToDescribe(house.store, params.did);
  const { operation, before, after } = await recordChange(house, did, parseTid(rev), path);
  const [present] = await presentRecords(house, did, [path]);
  const missing = before === undefined ? [] : await missingBlobs(house, did, blobRefsOf(recordValue(before)));
  return {
    action: operation.action,
    ...(before !== undefined && { before: jsonOf(before) }),
    ...(after !== undefined && { after: jsonOf(after) }),
    ...(present && { present: present.toString() }),
    ...(missing.length > 0 && { missingBlobs: missing.map((cid) => cid.toString()) }),
  };
});

function jsonOf(bytes: Uint8Array): JsonMap {
  return toJson(recordValue(bytes)) as JsonMap;
}
