import { problemOf } from '../components/hf-error.ts';
import { msg } from '../i18n.ts';
import { pairingAdvice } from './pairing-words.ts';

/** What to do when it could not be changed how the mirror tells its owner. The mirror says what happened; undefined where that is enough. */
export function alertAdvice(error: unknown): string | undefined {
  switch (problemOf(error).code) {
    case 'AlertFailed':
      return msg('Look at the address, and whether your server is there. Then try again.');
    case 'CodeInvalid':
      return msg('Look at the last letter. If the code is over, remove the address and add it again.');
    case 'RateLimitExceeded':
      return msg('Try again tomorrow.');
    case 'MirrorUnreachable':
      return msg('Look whether this device is online. Then try again.');
    default:
      return pairingAdvice(error);
  }
}
