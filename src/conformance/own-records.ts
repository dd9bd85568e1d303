import { mainSchema as applyWrites } from '@atcute/atproto/types/repo/applyWrites';
import { mainSchema as createRecord } from '@atcute/atproto/types/repo/createRecord';
import { mainSchema as listRecords } from '@atcute/atproto/types/repo/listRecords';
import { mainSchema as createSession } from '@atcute/atproto/types/server/createSession';
import type { Did } from '../protocol/index.ts';
import { Finding, given, NotSeen } from './check.ts';
import type { Context } from './context.ts';
import type { Host } from './host.ts';

/** Where the checks write, and nowhere else. */
export const OWN_COLLECTION = 'app.holdfast.check';
const MOST_PAGES = 20;

/** A record for trying. */
export function ownRecord(text: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { $type: OWN_COLLECTION, text, ...more };
}

/** Somebody who signed in. */
export interface Session {
  readonly host: Host;
  readonly did: Did;
  readonly token: string;
  /** The keys of the records that were made. */
  readonly made: string[];
}

const sessions = new WeakMap<Context, Promise<Session>>();

/** Signs in, once for a run. @throws Finding; NotSeen where there is no password */
export async function signIn(context: Context): Promise<Session> {
  const { host, did, password } = context;
  if (password === undefined) throw new NotSeen('it needs --password');
  const session = sessions.get(context) ?? host.procedure(createSession, { identifier: did, password }).then(({ accessJwt: token, refreshJwt }) => {
    for (const secret of [token, refreshJwt]) context.secrets.add(secret);
    return { host, did, token, made: [] };
  });
  sessions.set(context, session);
  return session;
}

/** The same, for who is not about it. @throws NotSeen */
export function session(context: Context): Promise<Session> {
  return given('writing.session', signIn(context));
}

/** Whether somebody signed in in this run, or tried. */
export function hasSession(context: Context): boolean {
  return sessions.has(context);
}

/** A record that was made. */
interface Made {
  readonly uri: string;
  readonly cid: string;
  readonly commit?: { readonly cid: string; readonly rev: string } | undefined;
}

/** Makes a record at a key. @throws Finding */
export async function make({ host, did, token, made }: Session, rkey: string, record: object): Promise<Made> {
  const output = await host.procedure(createRecord, { repo: did, collection: OWN_COLLECTION, rkey, record, validate: false }, token);
  made.push(rkey);
  return output;
}

/** A key that was not used before. */
export function freshKey(): string {
  return `check-${crypto.randomUUID()}`;
}

/** Takes out everything in the checks' own collection; gives how much that was. @throws Finding NotClean */
export async function cleanUp({ host, did, token }: Session): Promise<number> {
  let removed = 0;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { records } = await host.query(listRecords, { repo: did, collection: OWN_COLLECTION, limit: 100 });
    if (records.length === 0) return removed;
    const writes = records.map(({ uri }) => ({ $type: 'com.atproto.repo.applyWrites#delete', collection: OWN_COLLECTION, rkey: uri.split('/').at(-1) }));
    await host.procedure(applyWrites, { repo: did, writes }, token);
    removed += records.length;
  }
  throw new Finding('NotClean', `Records that were deleted are still listed in ${OWN_COLLECTION}`);
}
