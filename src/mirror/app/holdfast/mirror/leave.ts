import { accountEvent, isKnown } from '../../../../mirroring/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { keptAccount } from '../../../standing.ts';

export const leave = defineAccountMethod(lexicons.AppHoldfastMirrorLeave.mainSchema, async ({ host, did }) => {
  // Where the directory does not answer, what it said last counts.
  const isOurs = await host.identities.of(did, 0).catch(() => host.identities.of(did)).then(({ pds }) => host.names.at(pds) !== undefined, () => false);
  return host.ingest.inTurn(did, async () => {
    const account = await keptAccount(host, did);
    // What the network never heard of was not deleted.
    const tell = isOurs && isKnown(account);
    host.announce(await host.copies.remove(did, tell ? [accountEvent(did, false, 'deleted')] : []));
    host.log(`${did} has left; what was kept of it is deleted`);
    return {};
  });
});
