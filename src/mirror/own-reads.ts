import { createServer, keptRepositoriesOf, READ_METHODS } from '../pds/index.ts';
import type { Host, Method } from '../pds/index.ts';
import { claimedCall } from '../protocol/index.ts';
import { bornToken, forAccount } from './account-method.ts';
import type { MirrorHost } from './mirror-host.ts';

/** What is needed to take everything out. */
const NSIDS: ReadonlySet<string> = new Set(['getRepo', 'listBlobs', 'getBlob'].map((name) => `com.atproto.sync.${name}`));

/** Answers who reads their own account; undefined for all others, who are answered as everybody is. */
export type OwnReads = (request: Request, nsid: string) => Promise<Response | undefined>;

/**
 * What an account has of itself here for whoever shows its service-auth token, for this method: also while its operator has it suspended
 * or taken down, and where this mirror is its standby. A token that says that it is for this is held to it: a wrong one is refused.
 */
export function ownReads(host: MirrorHost): OwnReads {
  const server = createServer({ ...host, store: keptRepositoriesOf(host.copies) }, READ_METHODS.filter(({ schema }) => NSIDS.has(schema.nsid)).map(ofItself));
  return async (request, nsid) => {
    const token = NSIDS.has(nsid) ? bornToken(request) : undefined;
    const call = token === undefined ? undefined : claimedCall(token);
    // Of an account that is named twice nothing is given at all.
    if (call?.lxm !== nsid || call.iss !== new URL(request.url).searchParams.get('did')) return undefined;
    const response = await server.fetch(request, { kind: 'account', did: call.iss });
    // Nobody else is to have it, and no cache between.
    response.headers.set('cache-control', 'private, no-store');
    return response;
  };
}

/** The same method, once the token has shown whose it is. */
function ofItself({ schema, handle }: Method<Host>): Method<MirrorHost> {
  return {
    schema,
    async handle(call, params, input) {
      await forAccount(call, async () => undefined);
      return handle(call, params, input);
    },
  };
}
