import { mainSchema as createRecord } from '@atcute/atproto/types/repo/createRecord';
import { mainSchema as deleteRecord } from '@atcute/atproto/types/repo/deleteRecord';
import type { Answer } from '../identity/index.ts';
import { HoldfastError } from '../protocol/index.ts';
import { Finding, shown } from './check.ts';
import { mustRefuse } from './host.ts';
import type { Session } from './own-records.ts';

/** What is asked of createRecord: the place is named, so that what has to go is known whatever is answered. */
export interface Wish {
  readonly repo: string;
  readonly collection: string;
  readonly rkey: string;
}

/**
 * Asks for a record that has to be refused. Where it may have been written nevertheless, it is taken out again.
 * @param names of errors of which it has to be one; any will do where none is given
 * @throws Finding, which also says what stays; NotSeen
 */
export async function mustNotTake(own: Session, wish: Wish, names: readonly string[]): Promise<string> {
  let answer: Answer | undefined;
  try {
    answer = await own.host.post(createRecord.nsid, wish, own.token);
    return mustRefuse(answer, 'createRecord', names);
  } catch (error) {
    if (!(error instanceof HoldfastError) || isRefusal(answer)) throw error;
    const left = await undo(own, wish, answer);
    // Who asks for fewer requests has written nothing.
    if (left === undefined || error.code === 'NotSeen') throw error;
    throw new Finding(error.code, `${left}; ${error.message}`);
  }
}

/** By the fault of the caller, who then has written nothing. */
function isRefusal(answer: Answer | undefined): boolean {
  return answer !== undefined && answer.status >= 400 && answer.status < 500;
}

/** Takes out what may have been written; gives what stays, in words. */
async function undo({ host, did, token }: Session, { collection, rkey }: Wish, answer: Answer | undefined): Promise<string | undefined> {
  const place = `at://${did}/${collection}/${rkey}`;
  const told = uriIn(answer);
  // What is not at the place that was asked for may be somebody's, and is left to its owner.
  if (told !== undefined && told !== place) return `What was written is at ${shown(told)}, and stays`;
  try {
    const { status } = await host.post(deleteRecord.nsid, { repo: did, collection, rkey }, token);
    return status >= 200 && status < 300 ? undefined : `${place} may stay, as deleteRecord answered ${status}`;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return `${place} may stay: ${error.message}`;
  }
}

function uriIn(answer: Answer | undefined): string | undefined {
  try {
    const { uri } = JSON.parse(new TextDecoder().decode(answer?.bytes)) as { readonly uri?: unknown };
    return typeof uri === 'string' ? uri : undefined;
  } catch {
    return undefined;
  }
}
