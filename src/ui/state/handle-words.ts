import { msg, str } from '../i18n.ts';
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
      return change.change === 'removed' ? msg(str`The further name ${change.id} goes.`) : msg(str`The further name ${change.id} stays beside it.`);
    default:
      return msg('Something else changes, too.');
  }
}
