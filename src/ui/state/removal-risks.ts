import { formatNumber, msg, str } from '../i18n.ts';
import { hasRev } from './mirror-words.ts';
import type { lexicons } from '../../protocol/index.ts';

type Account = lexicons.AppHoldfastAccountDefs.Account;
type Backup = { readonly rev: string | undefined };
/** What the house knows of the mirror, as far as a removal is concerned. */
type MirrorFacts = Pick<lexicons.AppHoldfastBridgeDefs.Mirror, 'acked' | 'waiting' | 'missingBlobs'>;

/** What would be lost for good if this account were removed from this browser now, in sentences; the gravest first. */
export function removalRisks(
  account: Pick<Account, 'kit' | 'head' | 'records'>, backup: Backup | undefined, blobs: number, mirror?: MirrorFacts,
): string[] {
  return [
    ...(account.kit === 'proven' ? [] : [msg('You have not shown that you hold the recovery kit. Without it this account can never come back.')]),
    ...saves(account, backup, mirror),
    ...pictures(blobs, mirror),
  ];
}

function saves({ head, records }: Pick<Account, 'head' | 'records'>, backup: Backup | undefined, mirror: MirrorFacts | undefined): string[] {
  if (backup?.rev === head.rev) return [];
  if (mirror?.acked !== undefined) return hasRev(mirror.acked, head.rev) && mirror.waiting === 0 ? [] : [unsentWords(mirror.waiting)];
  if (backup !== undefined) return [msg('Something has changed since the last backup: that would be lost.')];
  return records === 0 ? [] : [msg('No backup was saved from this browser: all records would be lost.')];
}

/** What of an account is not at its mirror, in a sentence. */
function unsentWords(waiting: number): string {
  if (waiting === 0) return msg('The newest change has not reached the mirror: it would be lost.');
  return waiting === 1 ? msg('1 change has not reached the mirror: it would be lost.') : msg(str`${formatNumber(waiting)} changes have not reached the mirror: they would be lost.`);
}

function pictures(blobs: number, mirror: MirrorFacts | undefined): string[] {
  const missing = mirror?.missingBlobs === undefined ? blobs : Math.min(blobs, mirror.missingBlobs);
  if (missing === 0) return [];
  if (mirror?.missingBlobs !== undefined) {
    return [missing === 1 ? msg('1 picture or other blob has not reached the mirror.') : msg(str`${formatNumber(missing)} pictures and other blobs have not reached the mirror.`)];
  }
  return [missing === 1 ? msg('1 picture or other blob is only in this browser: no backup holds it.')
    : msg(str`${formatNumber(missing)} pictures and other blobs are only in this browser: no backup holds them.`)];
}
