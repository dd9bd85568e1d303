import { formatNumber, formatTime, msg, str } from '../i18n.ts';
import { revTime } from './rev-time.ts';
import type { AccountReport, CheckResult, Finding } from '../jobs/index.ts';

/** What is damaged, by its name. */
export function findingWords(finding: Finding): string {
  switch (finding.what) {
    case 'account':
      return msg('The entry of the account: who it is, and which commit it is at');
    case 'keys':
      return msg('The key that signs for this account');
    case 'commit':
      return msg('The newest signature of the account');
    case 'rows':
      return msg('Places where records are stored');
    case 'index':
      return msg('The index by which records are found');
    case 'counts':
      return msg('Counts of what is stored');
    case 'journal':
      return msg('Answers that were kept in case a request is repeated');
    case 'preferences':
      return msg('What apps keep with the account, such as muted words');
    case 'record':
      return msg(str`Record ${finding.path}`);
    case 'part':
      return partWords(finding);
    case 'form':
      return msg(str`Everything is as it was stored, and is no right repository: ${finding.message}`);
    case 'blob':
      return finding.paths.length === 0 ? msg(str`Picture ${finding.cid}`) : msg(str`Picture of ${finding.paths.join(', ')}`);
    case 'reference':
      return msg(str`Which pictures belong to ${finding.path}`);
    case 'history':
      return msg(str`In history, the change of ${timeOf(finding.rev)}`);
    case 'outbox':
      return msg(str`Waiting for the mirror, the change of ${timeOf(finding.rev)}`);
  }
}

function partWords({ above, below }: Finding & { readonly what: 'part' }): string {
  if (above === undefined && below === undefined) return msg('The list of all records');
  if (above === undefined) return msg(str`The list of all records before ${below}`);
  if (below === undefined) return msg(str`The list of all records after ${above}`);
  return msg(str`The list of records between ${above} and ${below}`);
}

const timeOf = (rev: string): string => {
  const time = revTime(rev);
  return time === undefined ? rev : formatTime(time);
};

/** What helps. */
export function cureWords({ what, cure }: Finding): string {
  if (cure === 'here') return msg('Can be put right from what is here');
  if (cure === 'copy') return what === 'blob' ? msg('Needs your mirror') : msg('Needs a copy: your mirror, or a backup');
  if (cure === 'none') return what === 'form' ? msg('Please report this') : msg('Needs your recovery kit');
  if (what === 'outbox') return msg('Is let go: the mirror gets everything anew');
  if (what === 'preferences') return msg('Cannot be put right, and is let go: set it again in your apps');
  return what === 'history' ? msg('Cannot be put right, and is let go: your records are not touched') : msg('Is let go: nothing is lost by it');
}

/** How the house stands, after a check. */
export interface HouseVerdict {
  readonly tone: 'good' | 'amber' | 'bad';
  readonly title: string;
  readonly text: string;
}

/** All that was found, of accounts and of the house itself. */
export function allFindings({ accounts, findings }: CheckResult): readonly Finding[] {
  return [...accounts.flatMap((account) => account.findings), ...findings];
}

export function houseVerdict(result: CheckResult): HouseVerdict {
  const findings = allFindings(result);
  const needs = (cure: Finding['cure']): boolean => findings.some((finding) => finding.cure === cure);
  if (findings.length === 0) {
    return { tone: 'good', title: msg('Everything is as it was stored.'), text: msg('Every hash, every signature and every picture was looked at.') };
  }
  if (needs('none')) {
    return {
      tone: 'bad', title: msg('Something is damaged that the house cannot put right by itself.'),
      text: msg('What is here stays as it is. Please do not clear this browser.'),
    };
  }
  if (needs('copy')) {
    return {
      tone: 'amber', title: msg('Something is damaged, and a copy of it is needed.'),
      text: msg('Everything else is as it was stored. What a copy gives is taken only if its hash is right.'),
    };
  }
  return { tone: 'amber', title: msg('No record is lost.'), text: msg('Something is not as it was stored, and can be put right from what is here.') };
}

/** What was looked at, in one line. */
export function scopeWords({ records, blobs, history }: AccountReport): string {
  const words = records === 1 ? msg('1 record') : msg(str`${formatNumber(records)} records`);
  const pictures = blobs === 1 ? msg('1 picture') : msg(str`${formatNumber(blobs)} pictures`);
  const changes = history === 1 ? msg('1 change in history') : msg(str`${formatNumber(history)} changes in history`);
  return `${words}, ${pictures}, ${changes}`;
}
