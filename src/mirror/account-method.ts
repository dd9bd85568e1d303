import { defineHostMethod, XrpcError } from '../pds/index.ts';
import type { HostContext, Method, MethodSchema, Output } from '../pds/index.ts';
import type { Did } from '../protocol/index.ts';
import { reasonOf } from './log.ts';
import type { MirrorHost } from './mirror-host.ts';
import { xrpcErrorOf } from './refusals.ts';
import { verifyCall, verifyFormerCaller } from './verify-caller.ts';

type Context<Schema extends MethodSchema> = HostContext<Schema, MirrorHost> & {
  readonly did: Did;
  /** Whether the token is signed by a key that the DID names no more; only where the method takes those. */
  readonly isFormer: boolean;
  readonly token: string;
  /** Those of certificates that the token names. */
  readonly fingerprints?: readonly string[] | undefined;
};

/** A method that an account calls for itself: `did` is proven by a service-auth token, once, before anything else is looked at. */
export function defineAccountMethod<Schema extends MethodSchema>(
  schema: Schema, handle: (context: Context<Schema>) => Promise<Output<Schema>>, options?: { readonly isStream?: boolean; readonly formerKeys?: boolean },
): Method<MirrorHost> {
  return defineHostMethod<MirrorHost>()(schema, async (context) => {
    const { host, request, nsid } = context;
    let did: Did | undefined;
    try {
      const token = tokenOf(request);
      const caller = options?.formerKeys === true ? await verifyFormerCaller(host, token, nsid) : await present(host, token, nsid);
      did = caller.did;
      return await handle({ ...context, ...caller, token });
    } catch (error) {
      const refusal = xrpcErrorOf(error);
      if (refusal instanceof XrpcError) host.metrics.refused(refusal.code);
      host.log(`${nsid} of ${did ?? 'somebody'} was refused: ${refusal instanceof XrpcError ? refusal.code : reasonOf(error)}`);
      throw refusal;
    }
  }, options);
}

async function present(host: MirrorHost, token: string, nsid: string) {
  const { iss, fingerprints } = await verifyCall(host, token, nsid);
  return { did: iss, isFormer: false, fingerprints };
}

/** @throws XrpcError AuthMissing, InvalidToken */
function tokenOf({ headers }: Request): string {
  const header = headers.get('authorization');
  if (header === null) throw new XrpcError(401, 'AuthMissing', 'This needs a service-auth token of the account.');
  const [, token] = /^Bearer ([^\s]+)$/i.exec(header) ?? [];
  if (token === undefined) throw new XrpcError(400, 'InvalidToken', 'The header Authorization holds Bearer and one token.');
  return token;
}
