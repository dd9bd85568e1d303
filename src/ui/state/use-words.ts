import { formatNumber, msg, str } from '../i18n.ts';
import type { KeyUse } from '../jobs/key-types.ts';
import type { SignLine } from './sign-log.ts';

/** What a line of the log says first. */
export function lineWords(line: SignLine): string {
  if (line.kind === 'use') return useWords(line.use);
  const count = line.kind === 'commits' ? line.commits.length : line.count;
  if (line.kind === 'commits') return count === 1 ? msg('Signed a commit of your records') : msg(str`Signed ${formatNumber(count)} commits of your records`);
  return count === 1 ? msg('Signed a pass for the mirror') : msg(str`Signed ${formatNumber(count)} passes for the mirror`);
}

/** Which key it was, and who has what it signed. */
export function lineFor(line: SignLine): string {
  if (line.kind === 'commits') return msg('Signing key of this house; for your own history, and for your mirror where you have one');
  if (line.kind === 'passes') return msg(str`Signing key of this house; for ${nameOf(line.audience)}`);
  const { what, key } = line.use;
  if (key === 'imported') return msg('Key that was brought in; for the public directory');
  if (what === 'operation') return key === 'recovery' ? msg('Key of the recovery kit; for the public directory') : msg('Key of this house; for the public directory');
  return line.use.audience === '' ? msg('In this house; for nobody else') : msg(str`In this house; for ${nameOf(line.use.audience)}, which cannot open it`);
}

function useWords({ what, subject }: KeyUse): string {
  switch (what) {
    case 'operation':
      return msg('Signed an operation of the identity');
    case 'kit-made':
      if (subject === 'passkey') return msg('Sealed a copy of the recovery kit under your passkey');
      if (subject === 'mirror') return msg('Sealed a copy of the recovery kit for your mirror, under its passphrase');
      return subject === 'new-account' ? msg('Made the keys of this account, and sealed them into the recovery kit') : msg('Sealed a new recovery kit');
    case 'kit-opened':
      return openedWords(subject);
    default:
      return msg('Signed a pass for the mirror');
  }
}

function openedWords(why: string): string {
  switch (why) {
    case 'proof':
      return msg('Opened the recovery kit, to see that you hold it');
    case 'restore':
      return msg('Opened the recovery kit, to bring the account into this house');
    case 'new-kit':
      return msg('Opened the recovery kit, to replace it by a new one');
    case 'confirm':
      return msg('Opened the recovery kit, to see that it is you');
    case 'ask-again':
      return msg('Opened the recovery kit, to change whether you are asked again');
    case 'begin-again':
      return msg('Opened the recovery kit, to save the identity with it alone');
    case 'passkey':
      return msg('Opened the recovery kit, to seal a copy under your passkey');
    case 'mirror':
      return msg('Opened the recovery kit, to seal a copy for your mirror');
    case 'undo':
      return msg('Opened the recovery kit, to undo what somebody else did to the identity');
    case 'lock-out':
      return msg('Opened the recovery kit, to lock out other keys');
    default:
      return msg('Opened the recovery kit');
  }
}

/** A mirror by its address. */
const nameOf = (did: string): string => decodeURIComponent(did.replace(/^did:web:/, ''));
