import { problemOf } from '../components/hf-error.ts';
import { msg, str } from '../i18n.ts';
import { identityTrouble, nameAsWritten } from './identity-words.ts';
import { afterSafety } from './safety-words.ts';
import type { HandleProof, PlcChange } from '../../identity/index.ts';

/** What one place says of a name, in a sentence. */
export function proofWords(proof: HandleProof, did: string): string {
  switch (proof.says) {
    case 'did':
      return proof.did === did ? msg('it is yours.') : msg(str`it belongs to another account, ${proof.did}.`);
    case 'several':
      return msg('there is more than one record, so none counts. Keep only yours.');
    case 'nothing':
      return msg('nothing there yet.');
    case 'unreachable':
      return msg('could not be read from this browser.');
  }
}

/** What the identity will say once an operation is signed. */
export function afterChangeWords(change: PlcChange): string {
  switch (change.what) {
    case 'handle':
      return change.before === undefined ? msg(str`The name becomes ${change.after ?? ''}.`) : msg(str`The name changes from ${change.before} to ${change.after ?? ''}.`);
    case 'name':
      return change.change === 'removed' ? msg(str`The further name ${nameAsWritten(change.id)} goes.`) : msg(str`The further name ${nameAsWritten(change.id)} is added.`);
    default:
      return msg('Something else changes, too.');
  }
}

/** Why a name was not looked up, or not taken, in a sentence. */
export function nameTrouble(error: unknown): string {
  const { code, message } = problemOf(error);
  switch (code) {
    case 'HandleInvalid':
      return msg('This is no name that an account can have: it looks like ada.example.com.');
    case 'NameInvalid':
      return msg('One of these is no further name: it is a domain that leads to your account, or a plain address that begins with https://.');
    case 'HandleMissing':
      return msg('Nothing was changed. This account has no name yet: give it one first, above.');
    case 'HandleUnproven':
      return msg('Nothing was changed: a name does not lead to this account any more.');
    case 'NotRegistered':
      return msg('Nothing was changed. The directory does not know this account as it is here: pair with a mirror first.');
    case 'IdentityMoved':
      return msg('Nothing was changed. Something has happened to this identity that this house did not do: look at it first.');
    case 'IdentityLimit':
      return msg('Nothing was changed: it is more than the directory takes, at a time or at all. Remove something, or try again later.');
    default:
      return code.startsWith('Directory') ? `${msg('Nothing was changed.')} ${identityTrouble(error).what}` : afterSafety(message);
  }
}
