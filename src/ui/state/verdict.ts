import { formatNumber, msg, str } from '../i18n.ts';
import type { VerifyResult } from '../jobs/job-types.ts';

/** What is to be said of a file that is whole, the most important first. */
export interface Verdict {
  readonly tone: 'good' | 'amber' | 'bad';
  readonly title: string;
  readonly sentences: readonly string[];
}

/** The verdict on a file of the account that is called `name`. */
export function verdictOf(result: VerifyResult, name: string): Verdict {
  const { second } = result;
  if (second?.says === 'refused') {
    return {
      tone: 'bad',
      title: msg('Two verifiers disagree about this file. Do not rely on it.'),
      sentences: [
        msg(str`Holdfast’s own finds nothing wrong with it. The second one, @atproto/repo, refuses it: “${second.reason}”.`),
        msg('One of the two is wrong, and we would like to know which: please tell us. Save another backup, and keep this file for us.'),
      ],
    };
  }
  const isProven = result.signature === 'verified';
  return {
    tone: isProven ? 'good' : 'amber',
    title: isProven
      ? msg(str`This file is good: it belongs to ${name}.`)
      : msg(str`This file is whole. It says that it belongs to ${name}.`),
    sentences: [
      isProven
        ? msg('Every hash is right, and so is the signature.')
        : msg('Every hash is right. The signature cannot be checked here: the account is not in this house, and its key is only in its recovery kit. Restoring checks it.'),
      ...secondWords(second),
      ...standing(result),
      ...oddities(result),
    ],
  };
}

function secondWords(second: VerifyResult['second']): string[] {
  switch (second?.says) {
    case 'accepted':
      return [msg('Two independent verifiers have read all of it and agree: Holdfast’s own, and @atproto/repo, the reference of the AT Protocol.')];
    case 'too-large':
      return [msg('Only Holdfast’s own verifier has read it: the second one, @atproto/repo, has to hold a file in memory, and is asked up to 100 MB.')];
    case 'unable':
      return [msg('Only Holdfast’s own verifier has read it: the second one, @atproto/repo, found no room in memory, or could not be loaded.')];
    default:
      return [];
  }
}

function standing({ house }: VerifyResult): string[] {
  switch (house) {
    case 'same':
      return [msg('It holds exactly what is in this house now.')];
    case 'older':
      return [msg('It is older than what is in this house: something was changed after it was saved.')];
    case 'newer':
      return [msg('It is newer than what is in this house: something in it was written elsewhere.')];
    case 'absent':
      return [];
  }
}

/** What a reader should know of a file though it is right. */
export function oddities({ foreign, unreachable }: Pick<VerifyResult, 'foreign' | 'unreachable'>): string[] {
  return [
    ...(foreign === 0 ? [] : [msg(str`Records that other software wrote in a form of its own: ${formatNumber(foreign)}. They are kept as they are.`)]),
    ...(unreachable === 0 ? [] : [msg(str`Blocks that belong to nothing: ${formatNumber(unreachable)}. They are left out.`)]),
  ];
}
