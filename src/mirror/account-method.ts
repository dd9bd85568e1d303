import { defineHostMethod, XrpcError } from '../pds/index.ts';
import type { Call, HostContext, Method, MethodSchema, Output } from '../pds/index.ts';
import type { Did } from '../protocol/index.ts';
import { reasonOf } from './log.ts';
import type { MirrorHost } from './mirror-host.ts';
import { xrpcErrorOf } from './refusals.ts';
import { verifyCall, verifyFormerCaller } from './verify-caller.ts';

/** What a token has shown. */
interface Proven {
  readonly did: Did;
  /** Whether the token is signed by a key that the DID names no more; only where the method takes those. */
  readonly isFormer: boolean;
  readonly token: string;
  /** Those of certificates that the token names. */
  readonly fingerprints?: readonly string[] | undefined;
}

type Asked = Pick<Call<MirrorHost>, 'host' | 'request' | 'nsid'>;

type Context<Schema extends MethodSchema> = HostContext<Schema, MirrorHost> & Proven;

/**
 * A method that an account calls for itself: `did` is proven by a service-auth token, once, before anything else is looked at. Of who shows none no
 * body is read.
 */
export function defineAccountMethod<Schema extends MethodSchema>(
  schema: Schema, handle: (context: Context<Schema>) => Promise<Output<Schema>>, options?: { readonly isStream?: boolean; readonly formerKeys?: boolean },
): Method<MirrorHost> {
  return defineHostMethod<MirrorHost>()(schema, (context) => forAccount(context, (proven) => handle({ ...context, ...proven }), options), { ...options, admit });
}

/** Does for the account that its token proves what `work` does. @throws XrpcError; what nobody foresaw */
export async function forAccount<Result>(
  { host, request, nsid }: Call<MirrorHost>, work: (proven: Proven) => Promise<Result>, options?: { readonly formerKeys?: boolean },
): Promise<Result> {
  let did: Did | undefined;
  try {
    const token = tokenOf(request);
    const caller = options?.formerKeys === true ? await verifyFormerCaller(host, token, nsid) : await present(host, token, nsid);
    did = caller.did;
    return await work({ ...caller, token });
  } catch (error) {
    throw noted({ host, nsid }, error, did);
  }
}

function admit({ host, request, nsid }: Asked): void {
  try {
    tokenOf(request);
  } catch (error) {
    throw noted({ host, nsid }, error);
  }
}

/** What is refused, counted and logged. */
function noted({ host, nsid }: Omit<Asked, 'request'>, error: unknown, did?: Did): unknown {
  const refusal = xrpcErrorOf(error);
  if (refusal instanceof XrpcError) host.metrics.refused(refusal.code);
  host.log(`${nsid} of ${did ?? 'somebody'} was refused: ${refusal instanceof XrpcError ? refusal.code : reasonOf(error)}`);
  return refusal;
}

async function present(host: MirrorHost, token: string, nsid: string) {
  const { iss, fingerprints } = await verifyCall(host, token, nsid);
  return { did: iss, isFormer: false, fingerprints };
}

/** The token that a request bears; undefined where it has none, or something else. */
export function bornToken({ headers }: Request): string | undefined {
  return /^Bearer ([^\s]+)$/i.exec(headers.get('authorization') ?? '')?.[1];
}

/** @throws XrpcError AuthMissing, InvalidToken */
function tokenOf(request: Request): string {
  if (!request.headers.has('authorization')) throw new XrpcError(401, 'AuthMissing', 'This needs a service-auth token of the account.');
  const token = bornToken(request);
  if (token === undefined) throw new XrpcError(400, 'InvalidToken', 'The header Authorization holds Bearer and one token.');
  return token;
}
