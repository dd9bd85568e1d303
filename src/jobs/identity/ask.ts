import { isDid } from '../../protocol/index.ts';
import { JobRefusal } from '../errors.ts';
import type { IdentityAsk } from '../messages.ts';
import type { IdentityContext } from './known-identity.ts';
import { changeNames, checkNames } from './further-names.ts';
import { changeHandle, checkHandle } from './handle.ts';
import { forgetImportedKey, importedReport, importKey, useImportedKey } from './imported-key.ts';
import { lockOut } from './lock-out.ts';
import { readIdentity } from './read-identity.ts';
import type { HandleCheck, IdentityReport, NamesCheck, WebCheck } from './report.ts';
import { acceptForeign, undoForeign } from './undo.ts';
import { webDocument } from './web-document.ts';

/**
 * Does what a page asks about an identity, and tells how it is then; of `check-handle`, `check-names` and `web-document`, what was found.
 * @throws as `readIdentity`, `acceptForeign`, `undoForeign`, `checkHandle`, `changeHandle`, `checkNames`, `changeNames`, `lockOut`
 */
export async function answerAsk(ask: IdentityAsk & { readonly what: 'check-handle' }, context: IdentityContext): Promise<HandleCheck>;
export async function answerAsk(ask: IdentityAsk & { readonly what: 'check-names' }, context: IdentityContext): Promise<NamesCheck>;
export async function answerAsk(ask: IdentityAsk & { readonly what: 'web-document' }, context: IdentityContext): Promise<WebCheck>;
export async function answerAsk(ask: IdentityAsk, context: IdentityContext): Promise<IdentityReport | HandleCheck | NamesCheck | WebCheck>;
export async function answerAsk(ask: IdentityAsk, context: IdentityContext): Promise<IdentityReport | HandleCheck | NamesCheck | WebCheck> {
  const { did } = ask;
  if (!isDid(did)) throw new JobRefusal('AccountMissing', 'This account is not in this house any more.');
  if (ask.what === 'accept') await acceptForeign(ask, did, context);
  if (ask.what === 'web-document') return webDocument(ask, did, context);
  if (ask.what === 'check-handle') return checkHandle(ask, did, context);
  if (ask.what === 'check-names') return checkNames(ask, did, context);
  if (ask.what === 'change-names') await changeNames(ask, did, context);
  if (ask.what === 'change-handle') await changeHandle(ask, did, context);
  if (ask.what === 'lock-out') await lockOut(ask, did, context);
  if (ask.what === 'undo') await undoForeign(ask, did, context);
  if (ask.what === 'import-key') await importKey(ask, did, context);
  if (ask.what === 'use-key') await useImportedKey(did, context);
  if (ask.what === 'forget-key') await forgetImportedKey(did, context);
  const report = await readIdentity(did, context);
  const imported = await importedReport(report, context);
  return { ...report, ...(imported !== undefined && { imported }) };
}
