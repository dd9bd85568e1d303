import type { Call } from '../xrpc/method.ts';
import { invalidRequest } from '../xrpc/xrpc-error.ts';
import type { Place, PreparedRecord } from './prepare-record.ts';
import type { Outcome } from './wish.ts';

/** Where a record is, and what its lexicon said. */
export interface WrittenRecord {
  readonly uri: string;
  readonly cid: string;
  readonly validationStatus?: string;
}

/** What is told of a record that was written. */
export function writtenRecord({ did }: Outcome, { collection, rkey }: Place, { cid, validationStatus }: PreparedRecord): WrittenRecord {
  return {
    uri: `at://${did}/${collection}/${rkey}`, cid: cid.toString(),
    ...(validationStatus !== undefined && { validationStatus }),
  };
}

/** The commit, where there was one. */
export function commitOf({ commit }: Outcome): Pick<Outcome, 'commit'> {
  return commit === undefined ? {} : { commit };
}

/**
 * The record key of a create: the caller's, or a new one.
 * @throws XrpcError InvalidRequest for a new one without a request id: a repeat would make a second record
 */
export function keyFor({ host, requestId }: Call, rkey: string | undefined): string {
  if (rkey !== undefined) return rkey;
  if (requestId !== undefined) return host.writer.newRecordKey();
  throw invalidRequest(
    'A record without a record key needs a holdfast-request-id, so that a repeat does not make a second one. Nothing was changed.',
  );
}
