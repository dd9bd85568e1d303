import { problemOf } from '../components/hf-error.ts';
import { msg } from '../i18n.ts';
import { pairingAdvice } from './pairing-words.ts';

/** What to do when it could not be changed how the mirror tells its owner. The mirror says what happened; undefined where that is enough. */
export function alertAdvice(error: unknown): string | undefined {
  switch (problemOf(error).code) {
    case 'AlertFailed':
      return msg('Try again in a while. For a webhook, look at the address first, and whether your server is there.');
    case 'NotificationsDenied':
      return msg('Allow notifications for this page in the settings of the browser, or by the symbol before the address. In a private window no browser shows them.');
    case 'PushUnavailable':
      return msg('Browsers are woken by a service of their maker. Some are built or set up without it, and private windows have none: try another browser, or e-mail.');
    case 'CodeInvalid':
      return msg('Look at the last e-mail. If the code is over, remove the address and add it again.');
    case 'RateLimitExceeded':
      return msg('Try again tomorrow.');
    case 'MirrorUnreachable':
      return msg('Look whether this device is online. Then try again.');
    default:
      return pairingAdvice(error);
  }
}
