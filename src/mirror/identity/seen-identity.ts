import { dataOf, documentOf, readDidDocument, readOperation } from '../../identity/index.ts';
import type { WatchedLog } from '../../mirroring/index.ts';
import type { Did } from '../../protocol/index.ts';
import type { FoundIdentity } from './identities.ts';

/** What a DID said when its log was looked at last: for when the directory does not answer a mirror that has just begun. */
export function seenIdentity(did: Did, { lookedAt, operations }: WatchedLog): FoundIdentity | undefined {
  const last = operations.findLast(({ isShown, nullified }) => isShown && !nullified);
  if (last === undefined || lookedAt === undefined) return undefined;
  const data = dataOf(readOperation(JSON.parse(new TextDecoder().decode(last.body))));
  return data && { at: lookedAt, identity: readDidDocument(documentOf(data, did), did) };
}
