import { problemOf } from '../components/hf-error.ts';
import { msg } from '../i18n.ts';
import type { PairingStep } from './mirror-pairing.ts';

/** A step of pairing, as the owner reads it. */
export function stepWords(step: PairingStep): string {
  switch (step) {
    case 'mirror':
      return msg('Ask the mirror what it is');
    case 'directory':
      return msg('Have your identity known: at the directory, or on your domain');
    case 'enroll':
      return msg('Show the mirror that the account is yours');
    case 'hand-over':
      return msg('Hand over a copy of your records');
    case 'blobs':
      return msg('Hand over pictures and other blobs');
    case 'identity':
      return msg('Name the mirror in your identity');
    case 'activate':
      return msg('Let the mirror answer for you');
  }
}

/** What to do when a mirror could not be looked at, or pairing failed. The house says what happened; undefined where that is enough. */
export function pairingAdvice(error: unknown): string | undefined {
  switch (problemOf(error).code) {
    case 'InvalidMirror':
      return msg('Look at the address again: it is that of the mirror itself, such as mirror.example.com.');
    case 'MirrorUnreachable':
      return msg('Look at the address, and whether this device is online. Then try again.');
    case 'MixedContent':
      return msg('Ask the operator of the mirror for its https address.');
    case 'DirectoryUnreachable':
      return msg('Try again in a while: it goes on where it stopped.');
    case 'DocumentUnready':
      return msg('The document to publish is shown here, with what is wrong with the one that is there. Then try again: it goes on where it stopped.');
    case 'HandleNotAvailable':
    case 'UnsupportedDomain':
      return msg('Choose another name.');
    case 'InvalidInviteCode':
      return msg('Look at the invitation again, or ask the operator of the mirror.');
    case 'ClockAhead':
      return msg('Set the clock of this device right, then try again.');
    case 'IdentityChanged':
      return msg('If that was not you, take the account back with your recovery kit within 72 hours.');
    case 'MirrorRefused':
    case 'DirectoryRefused':
      return msg('You can try again. If it stays so, ask the operator of the mirror.');
    case 'Unreachable':
      return msg('Try again: it goes on where it stopped.');
    default:
      return undefined;
  }
}
