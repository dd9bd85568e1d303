import { problemOf } from '../components/hf-error.ts';
import { formatDay, msg, str } from '../i18n.ts';
import { hostOf } from './mirror-words.ts';
import type { IdentityChange, IdentityEntry, KeyHolder } from '../jobs/identity.ts';

/** What a key is, in a word or two. */
export function keyName(holder: KeyHolder): string {
  if (holder === 'kit') return msg('Recovery kit');
  if (holder === 'old-kit') return msg('An earlier kit');
  return holder === 'house' ? msg('This house') : msg('Unknown to this house');
}

/** What the key may do, in a sentence. `place` is its rank, from 0. */
export function keyWords(holder: KeyHolder, place: number): string {
  if (holder === 'kit') return msg('The key in your kit, and nowhere else. It stands above the others: for 72 hours it can undo what they did.');
  if (holder === 'old-kit') return msg('The key of a kit that a newer one has replaced. It should not be here any more.');
  if (holder === 'house') return msg('A key that this browser holds and cannot give away. It signs when you pair, move, or change your name.');
  return place === 0
    ? msg('This house does not know this key, and it stands above all others. Whoever holds it has the last word.')
    : msg('Of another house of yours, or of somebody else. If you have no other house, look at who added it, below.');
}

/** Which key signed an operation, in a sentence. */
export function signerWords({ signer: { holder } }: IdentityEntry): string {
  if (holder === 'kit') return msg('Signed with the key in your recovery kit.');
  if (holder === 'old-kit') return msg('Signed with the key of a kit that you have replaced since.');
  return holder === 'house' ? msg('Signed by this house.') : msg('Signed by a key that this house does not know: of another house of yours, or of somebody else.');
}

/** What an operation did, a sentence for each thing; the first says when. */
export function entrySentences({ changes, signer, time }: IdentityEntry): string[] {
  const who = whoWords(signer.holder);
  const first = time === undefined ? who : msg(str`On ${formatDay(time)}, ${who}`);
  if (changes.length === 0) return [msg(str`${capital(first)} signed the same once more; nothing changed.`)];
  return changes.map((change, index) => changeWords(change, capital(index === 0 ? first : who)));
}

function whoWords(holder: KeyHolder): string {
  if (holder === 'kit') return msg('your recovery kit');
  if (holder === 'old-kit') return msg('an earlier recovery kit');
  return holder === 'house' ? msg('your house') : msg('a key unknown to this house');
}

/** A key, as somebody to whom a right is given. */
export function whomWords(holder: KeyHolder | undefined): string {
  if (holder === 'kit') return msg('your recovery kit');
  if (holder === 'old-kit') return msg('an earlier recovery kit');
  return holder === 'house' ? msg('this house') : msg('a key unknown to this house');
}

function changeWords(change: IdentityChange, who: string): string {
  switch (change.what) {
    case 'made':
      return msg(str`${who} made this identity.`);
    case 'ended':
      return msg(str`${who} ended this identity for good.`);
    case 'handle':
      if (change.after === undefined) return msg(str`${who} took the name ${change.before ?? ''} from the account.`);
      return change.before === undefined
        ? msg(str`${who} gave the account the name ${change.after}.`)
        : msg(str`${who} changed the name of the account from ${change.before} to ${change.after}.`);
    case 'server':
      if (change.after === undefined) return msg(str`${who} left the mirror at ${hostOf(change.before ?? '')}.`);
      return change.before === undefined
        ? msg(str`${who} named the mirror at ${hostOf(change.after)}.`)
        : msg(str`${who} moved the account from ${hostOf(change.before)} to ${hostOf(change.after)}.`);
    case 'signing-key':
      return change.after === undefined ? msg(str`${who} took the signing key away.`) : msg(str`${who} replaced the key that signs the records.`);
    case 'rotation-key':
      return change.change === 'added'
        ? msg(str`${who} gave ${whomWords(change.holder)} the right to change this identity.`)
        : msg(str`${who} took the right to change this identity from ${whomWords(change.holder)}.`);
    case 'rotation-order':
      return msg(str`${who} changed the rank of the keys.`);
    case 'name':
      if (change.change === 'added') return msg(str`${who} added the further name ${nameAsWritten(change.id)}.`);
      return msg(str`${who} took the further name ${nameAsWritten(change.id)} away.`);
    case 'method':
      return msg(str`${who} changed the further key “${change.id}”.`);
    case 'service':
      return msg(str`${who} changed the service “${change.id}”.`);
  }
}

/** Why an identity could not be shown: first what is safe, then what happened, then what to do. */
export function identityTrouble(error: unknown): { readonly safe: string; readonly what: string; readonly advice: string } {
  const safe = msg('Your data is safe: it is in this browser, and the directory holds none of it.');
  switch (problemOf(error).code) {
    case 'DirectoryUnreachable':
      return { safe, what: msg('The directory does not answer, or not in time.'), advice: msg('Try again in a while; if it stays so, look whether this device is online.') };
    case 'DirectoryLies':
      return {
        safe, what: msg('What the directory tells of your identity does not hold: it does not fit the signatures. Nothing of it is believed.'),
        advice: msg('Try again later. If it stays so, tell the operator of the directory, and rely on another one until you know why.'),
      };
    case 'DirectoryRefused':
      return { safe, what: msg('The directory refuses to tell about your identity.'), advice: msg('Try again in a while.') };
    case 'NoDirectory':
      return { safe, what: msg('The DID of this account is not kept by a directory, so there is no log of it.'), advice: '' };
    case 'AccountMissing':
      return { safe: msg('Nothing was changed.'), what: msg('This account is not in this house any more.'), advice: '' };
    default:
      return { safe, what: problemOf(error).message, advice: msg('Try again.') };
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A further name, a URI, as people write it. */
export const nameAsWritten = (uri: string): string => uri.replace(/^at:\/\//, '');
