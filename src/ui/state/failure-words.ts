import { msg } from '../i18n.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Whether a restore was refused because the account lives here already. */
export const isAlreadyHere = (error: unknown): boolean => codeOf(error) === 'AccountExists';

/** Whether nobody can tell if a restore brought the account in. */
export const isUnsure = (error: unknown): boolean => ['OutcomeUnknown', 'StoreClosed'].includes(codeOf(error));

/** Whether nothing is said against a file: only its passphrase is another. */
export const isAboutPassphrase = (error: unknown): boolean => ['BackupPassphrase', 'BackupSealed'].includes(codeOf(error));

/** What to do about a restore that failed, where the failure does not say it itself. */
export function restoreAdvice(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === 'KitPassphrase' || isAboutPassphrase(error)) return undefined;
  if (isUnsure(error)) return msg('Look at Home: an account that is there is whole, though pictures may be missing. If it is not there, try again.');
  if (code === 'PasskeyWrong') return msg('Use the passphrase and the kit file, if you have them.');
  if (code === 'KitOfAnother') return msg('Use the newest kit of this account.');
  if (code.startsWith('Kit')) return msg('Try another copy of the kit: the file, the text you copied, or the sheet you printed.');
  if (isAlreadyHere(error)) return msg('You can go on using it.');
  if (code === 'WorkerStopped') return msg('If you are offline, try again when you are back.');
  if (code === 'StorageFull') return msg('Free some room on this device, then try again.');
  if (code === 'NoMirror') return msg('If you have a saved file, restore from that. With neither, the kit alone saves the identity.');
  if (code === 'NoHouseOpen' || code === 'HouseUnreachable') return msg('Look in the other browser whether it reaches its mirror: the Mirror screen says so.');
  if (code === 'MirrorUnreachable') return msg('You can also restore from a saved file. If your mirror is lost and you have a standby, give its address.');
  if (code.startsWith('Directory') || code.startsWith('Plc')) return msg('Try again in a while, or restore from a saved file.');
  if (code === 'IdentityChanged') return undefined;
  if (code === 'CommitDid') return msg('Choose the file that was saved from the account of this kit.');
  return msg('If you have another copy of the file, try that.');
}
