import { lexicons, parseCid } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { headView, receiptView } from '../../../views.ts';

export const putRepo = defineAccountMethod(lexicons.AppHoldfastMirrorPutRepo.mainSchema, async ({ host, did, params, request }) => {
  const replaces = params.replaces === undefined ? undefined : parseCid(params.replaces);
  const { head, receipt } = await host.ingest.putRepo(did, request.body ?? new Uint8Array(), request.signal, replaces);
  host.log(`${did} handed over its repository at ${head.rev}`);
  return { head: headView(head), ...(receipt !== undefined && { receipt: receiptView(receipt) }) };
}, { isStream: true });
