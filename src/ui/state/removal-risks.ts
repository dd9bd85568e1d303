import { formatNumber, msg, str } from '../i18n.ts';
import type { lexicons } from '../../protocol/index.ts';

type Account = lexicons.AppHoldfastAccountDefs.Account;
type Backup = { readonly rev: string | undefined };

/** What would be lost for good if this account were removed from this browser now, in sentences; the gravest first. */
export function removalRisks(account: Pick<Account, 'kit' | 'head' | 'records'>, backup: Backup | undefined, blobs: number): string[] {
  return [
    ...(account.kit === 'proven' ? [] : [msg('You have not shown that you hold the recovery kit. Without it this account can never come back.')]),
    ...saves(account, backup),
    ...(blobs === 0 ? [] : [
      blobs === 1 ? msg('1 picture or other blob is only in this browser: no backup holds it.')
        : msg(str`${formatNumber(blobs)} pictures and other blobs are only in this browser: no backup holds them.`),
    ]),
  ];
}

function saves({ head, records }: Pick<Account, 'head' | 'records'>, backup: Backup | undefined): string[] {
  if (backup?.rev === head.rev) return [];
  if (backup !== undefined) return [msg('Something has changed since the last backup: that would be lost.')];
  return records === 0 ? [] : [msg('No backup was saved from this browser: all records would be lost.')];
}
