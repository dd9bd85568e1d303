import { HoldfastError } from '../protocol/index.ts';
import { DirectoryError, PlcError } from '../identity/index.ts';
import type { ErrorReport } from './messages.ts';

/** This browser did something else than it must: a wrong hash, a signature that does not verify, a missing part. */
export class CheckError extends HoldfastError<'CheckFailed'> {
  constructor(message: string, details: Readonly<Record<string, string | number | boolean>> = {}) {
    super('CheckFailed', message, details);
  }
}

/** A job that is not begun, or not carried on. Nothing in the house was changed. */
export class JobRefusal extends HoldfastError<'AccountExists' | 'AccountMissing' | 'NoDirectory' | 'IdentityMoved' | 'UndoImpossible' | 'UndoLate' | 'OutcomeUnknown'
  | 'HandleInvalid' | 'HandleUnproven' | 'NotRegistered' | 'NotAllowed' | 'IdentityLimit' | 'SavedDiffers' | 'KeyUnknown' | 'PassphraseWeak' | 'NoPasskeyCopy' | 'KitUnproven' | 'CopyExists' | 'KeyUseless' | 'NotYet' | 'NoMirror' | 'MirrorUnreachable' | 'NoHouseOpen' | 'HouseUnreachable' | 'NothingWhole' | 'PartMissing'
  | 'MirrorOld' | 'NoKitThere' | 'CopyTooLarge' | 'CopyChanged' | 'PasskeyWrong' | 'NameInvalid' | 'HandleMissing'> {}

/** @throws CheckError with the message, unless the condition holds */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new CheckError(message);
}

/** The form in which an error crosses the port to a page. */
export function errorReport(error: unknown): ErrorReport {
  if (error instanceof HoldfastError) return { code: error.code, message: error.message, details: error.details };
  const { name, message } = error instanceof Error ? error : { name: 'Unknown', message: String(error) };
  return { code: 'Unexpected', message: `${name}: ${message}`, details: {} };
}

/** What went wrong with a short job, as a page gets it. `DirectoryLies`: what the directory tells does not hold, and nothing of it is believed. */
export function askFailure(error: unknown): ErrorReport {
  if (error instanceof PlcError) return { code: 'DirectoryLies', message: `${error.message}.`, details: { fault: error.code } };
  if (error instanceof DirectoryError) return { code: error.code, message: error.message, details: {} };
  return errorReport(error);
}
