import type { Did } from '../../protocol/index.ts';
import { decodePasskeyCopy, encodePasskeyCopy, PASSKEY_COPY, sealPasskeyCopy, wipeKit } from '../../keys/index.ts';
import type { PasskeyCopy } from '../../keys/index.ts';
import { noteUse, passphraseText, presentKit } from '../../pds/index.ts';
import type { Account } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import { kitBytes } from '../kit-bytes.ts';
import type { KeysAsk } from '../messages.ts';
import type { KeysContext } from './ask.ts';
import { liftOf } from './ask-again.ts';
import type { PasskeyReport } from './report.ts';

/** The copy of the kit under a passkey, where there is one that is of the account's present keys. */
export async function passkeyReport({ did, rotationKeys, confirmedUntil }: Account, context: KeysContext): Promise<PasskeyReport> {
  const [copy, lift] = [await copyOf(did, context), await liftOf(did, context)];
  return {
    asksAgain: confirmedUntil !== undefined, ...(lift !== undefined && { liftsAt: new Date(lift).toISOString() }),
    ...(copy?.recoveryKey === rotationKeys[0] && copy !== undefined && { copy: { id: copy.id.slice(), createdAt: copy.createdAt } }),
  };
}

/**
 * Seals the kit once more, under what a passkey answered. It is opened here with its passphrase, so that the copy is never the only
 * way, and both are wiped.
 * @throws JobRefusal KitUnproven; XrpcError KitPassphrase, KitDamaged, KitOfAnother; KeysError; StoreError
 */
export async function addPasskeyCopy(ask: KeysAsk & { readonly what: 'add-passkey' }, account: Account, context: KeysContext): Promise<PasskeyReport> {
  const { id, answer } = ask;
  const { did } = account;
  try {
    if (account.kit !== undefined) {
      throw new JobRefusal('KitUnproven', 'Nothing was changed. First show that you hold the kit and its passphrase: a passkey is never the only way back.');
    }
    const kit = await presentKit(await kitBytes(ask.kit), passphraseText(ask.passphrase), account);
    try {
      await noteUse(context, did, { what: 'kit-opened', key: 'kit', subject: 'passkey', audience: '' });
      const copy = await sealPasskeyCopy(kit, { id, answer, now: context.now() });
      await context.vault.put(did, PASSKEY_COPY, { bytes: encodePasskeyCopy(copy) });
    } finally {
      wipeKit(kit);
    }
    await noteUse(context, did, { what: 'kit-made', key: 'kit', subject: 'passkey', audience: '' });
  } finally {
    answer.fill(0);
  }
  return passkeyReport(account, context);
}

/** The copy that this house has under a passkey. One that cannot be read is none: the kit itself is what counts. */
export async function copyOf(did: Did, { vault }: Pick<KeysContext, 'vault'>): Promise<PasskeyCopy | undefined> {
  const entry = await vault.get(did, PASSKEY_COPY);
  try {
    return entry && decodePasskeyCopy(entry.bytes);
  } catch {
    return undefined;
  }
}
