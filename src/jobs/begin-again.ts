import { isTid } from '../protocol/index.ts';
import type { Did, Tid } from '../protocol/index.ts';
import { PlcDirectory } from '../identity/index.ts';
import type { AtprotoIdentity } from '../identity/index.ts';
import { parsePassphrase } from '../keys/index.ts';
import { beginAgain as begin, latestCommit, noteUse } from '../pds/index.ts';
import { JobRefusal } from './errors.ts';
import type { JobContext } from './job-context.ts';
import { kitBytes } from './kit-bytes.ts';
import type { BeginAgainAsk } from './messages.ts';
import { namedMirror } from './restored-mirror.ts';
import { refuseKnown } from './restore-source.ts';

/** What came of it. */
export interface BegunReport {
  readonly did: string;
  readonly handle?: string;
  /** The rev of the latest state that is known to have been, and is lost. */
  readonly lost?: string;
  /** The mirror that the DID names, and that answers. */
  readonly mirror?: string;
}

type Context = Pick<JobContext, 'store' | 'fetch' | 'settings' | 'now' | 'signal'>;

/**
 * Saves the identity of an account of which only the kit is left: it begins again without a record. The mirror that the DID names is
 * asked first: what it still has is not to be given up, unless the owner says so.
 * @throws JobRefusal AccountExists, NoDirectory, CopyExists; DirectoryError; PlcError; as `beginAgain` of the server; StoreError. In
 *   every case the house is as before.
 */
export async function beginAgain({ kit, passphrase, newPassphrase, isSure }: BeginAgainAsk, context: Context): Promise<BegunReport> {
  const { store, fetch, settings, now, signal } = context;
  const { directory, relay } = await settings();
  const revAt = async (origin: string | undefined, did: Did): Promise<Tid | undefined> => {
    const rev = origin === undefined ? undefined : (await latestCommit(fetch, origin, did).catch(() => undefined))?.rev;
    return rev !== undefined && isTid(rev) ? rev : undefined;
  };
  const seen = async (did: Did, identity: AtprotoIdentity | undefined): Promise<readonly Tid[]> => {
    const [served, read] = await Promise.all([revAt(identity?.pds, did), revAt(relay, did)]);
    if (served !== undefined && isSure !== true) {
      throw new JobRefusal('CopyExists', `Nothing was changed. The mirror at ${identity?.pds} still has a copy of this account: restore it from there. Nothing is lost then.`);
    }
    return [served, read].filter((rev) => rev !== undefined);
  };
  const begun = await begin(await kitBytes(kit), passphrase, {
    passphrase: parsePassphrase(newPassphrase), seen, now: now(),
    logOf: async (did) => {
      await refuseKnown(context, did);
      if (!did.startsWith('did:plc:')) throw new JobRefusal('NoDirectory', 'Nothing was changed. The DID of this account is kept by no directory, so no kit is needed: take its document off your domain, and make a new account on that domain. It has the same DID.');
      return new PlcDirectory(fetch, directory).log(did, signal);
    },
  });
  const { account, keys, blocks, operation, identity, lost } = begun;
  const { did, handle } = account;
  const mirror = await namedMirror({ identity }, context);
  // What the mirror has, the owner has given up.
  await store.create({ ...account, ...(mirror !== undefined && { mirror: { ...mirror, resend: true } }) }, keys, blocks);
  await noteUse(context, did, { what: 'kit-opened', key: 'kit', subject: 'begin-again', audience: '' });
  await noteUse(context, did, { what: 'operation', key: 'recovery', subject: operation, audience: 'directory' });
  await noteUse(context, did, { what: 'kit-made', key: 'kit', subject: 'new-kit', audience: '' });
  return {
    did, ...(handle !== undefined && { handle }), ...(lost !== undefined && { lost }), ...(mirror !== undefined && { mirror: mirror.url }),
  };
}
