import { lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { headView, receiptView } from '../../../views.ts';

export const putRepo = defineAccountMethod(lexicons.AppHoldfastMirrorPutRepo.mainSchema, async ({ host, did, request }) => {
  const { head, receipt } = await host.ingest.putRepo(did, request.body ?? new Uint8Array(), request.signal);
  host.log(`${did} handed over its repository at ${head.rev}`);
  return { head: headView(head), ...(receipt !== undefined && { receipt: receiptView(receipt) }) };
}, { isStream: true });
