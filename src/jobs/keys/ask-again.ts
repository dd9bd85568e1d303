import { decodeCbor, encodeCbor } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { wipeKit } from '../../keys/index.ts';
import { noteUse, passphraseText, presentKit } from '../../pds/index.ts';
import type { Account } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import { openableKit } from '../kit-opening.ts';
import type { KeysAsk } from '../messages.ts';
import type { KeysContext } from './ask.ts';

/** So long what the owner has confirmed may be done. */
const CONFIRMED_MS = 2 * 60_000;
/** So long the wish to be asked stands after somebody who has neither kit nor passkey wants it gone: as long as a kit can undo. */
export const LIFT_MS = 72 * 3_600_000;
const LIFT = 'lift-asking';

/**
 * Opens the kit, by passphrase or passkey, to see that its owner is there. Then what they want to be asked about is done for two minutes;
 * or whether they are asked is set.
 * @throws JobRefusal KitUnproven; as `openableKit`, `presentKit`; StoreError
 */
export async function confirmOwner(ask: KeysAsk & { readonly what: 'confirm' | 'ask-again' }, account: Account, context: KeysContext): Promise<void> {
  const { store, vault, now } = context;
  const { did } = account;
  const { file, passphrase } = await openableKit(ask, did, vault);
  wipeKit(await presentKit(file, passphraseText(passphrase), account));
  await noteUse(context, did, { what: 'kit-opened', key: 'kit', subject: ask.what, audience: '' });
  if (ask.what === 'ask-again' && account.kit !== undefined) {
    throw new JobRefusal('KitUnproven', 'Nothing was changed. First show that you hold the kit and its passphrase: without them nothing of this could be done.');
  }
  await vault.remove(did, LIFT);
  const isOn = ask.what === 'confirm' ? account.confirmedUntil !== undefined : ask.isOn;
  await store.update(did, { confirmedUntil: isOn ? now() + (ask.what === 'confirm' ? CONFIRMED_MS : 0) : undefined });
}

/**
 * Who has lost kit and passkey is not locked out for ever: the wish to be asked can be let go of after 72 hours, in which the pages say so.
 * @throws JobRefusal NotYet; StoreError
 */
export async function liftAsking(what: 'lift' | 'unlift' | 'lifted', { did, confirmedUntil }: Account, context: KeysContext): Promise<void> {
  const { store, vault, now } = context;
  const at = await liftOf(did, context);
  if (what === 'lift' && at === undefined && confirmedUntil !== undefined) await vault.put(did, LIFT, { bytes: encodeCbor({ at: now() + LIFT_MS }) });
  if (what === 'unlift') await vault.remove(did, LIFT);
  if (what !== 'lifted') return;
  if (at === undefined || now() < at) throw new JobRefusal('NotYet', 'Nothing was changed. The time in which the owner could object is not over.');
  await store.update(did, { confirmedUntil: undefined });
  await vault.remove(did, LIFT);
}

/** From when on the wish can be let go of without kit or passkey, in milliseconds since 1970; undefined where nobody wants that. */
export async function liftOf(did: Did, { vault }: KeysContext): Promise<number | undefined> {
  const entry = await vault.get(did, LIFT);
  const { at } = entry === undefined ? {} : decodeCbor(entry.bytes) as { readonly at?: unknown };
  return typeof at === 'number' ? at : undefined;
}
