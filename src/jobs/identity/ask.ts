import { isDid } from '../../protocol/index.ts';
import { DirectoryError, PlcError } from '../../identity/index.ts';
import { JobRefusal, errorReport } from '../errors.ts';
import type { ErrorReport, IdentityAsk } from '../messages.ts';
import { readIdentity } from './read-identity.ts';
import type { IdentityContext } from './read-identity.ts';
import type { IdentityReport } from './report.ts';

/** Does what a page asks about an identity. @throws as `readIdentity` */
export async function answerAsk({ did }: IdentityAsk, context: IdentityContext): Promise<IdentityReport> {
  if (!isDid(did)) throw new JobRefusal('AccountMissing', 'This account is not in this house any more.');
  return readIdentity(did, context);
}

/** What went wrong, as a page gets it. `DirectoryLies`: what the directory tells does not hold, and nothing of it is believed. */
export function askFailure(error: unknown): ErrorReport {
  if (error instanceof PlcError) return { code: 'DirectoryLies', message: `${error.message}.`, details: { fault: error.code } };
  if (error instanceof DirectoryError) return { code: error.code, message: error.message, details: {} };
  return errorReport(error);
}
