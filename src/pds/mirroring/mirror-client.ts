import { safeParse } from '@atcute/lexicons/validations';
import type { InferInput, InferXRPCBodyInput, InferXRPCBodyOutput, ObjectSchema, XRPCProcedureMetadata } from '@atcute/lexicons/validations';
import { datetimeToMs, isDidKey, lexicons, parseDatetime, parseDid, signServiceAuth } from '../../protocol/index.ts';
import type { Did, Nsid, Signer } from '../../protocol/index.ts';
import { limitedFetch, NetworkError } from '../../identity/index.ts';
import type { Answer, Fetch } from '../../identity/index.ts';
import type { MethodSchema } from '../xrpc/method.ts';
import { MirrorError } from './mirror-error.ts';
import { mirrorDids } from './mirror-url.ts';

const MS = 15_000;
/** A body may take longer: a minute, and at 50 bytes a millisecond. */
const BODY_MS = 60_000;
const BODY_BYTES_PER_MS = 50;
const ANSWER_BYTES = 1_000_000;
const MAX_WORDS = 300;

type Body = Blob | Uint8Array<ArrayBuffer>;
type Params<Schema extends MethodSchema> = Schema['params'] extends ObjectSchema ? InferInput<Schema['params']> : Record<string, never>;
type Input<Schema extends MethodSchema> = Schema extends XRPCProcedureMetadata ? InferXRPCBodyInput<Schema['input']> : undefined;
type Output<Schema extends MethodSchema> = InferXRPCBodyOutput<Schema['output']>;

/** What a mirror says of itself. */
export interface MirrorDescription {
  readonly did: Did;
  /** `did:key` that signs its receipts. */
  readonly key: string;
  readonly version: string;
  /** Each begins with a dot. */
  readonly handleDomains: readonly string[];
  readonly limits: { readonly blobBytes: number; readonly repoBytes: number; readonly aheadMs: number };
  readonly inviteRequired: boolean;
  readonly email?: string;
  readonly privacyPolicy?: string;
  readonly termsOfService?: string;
  /** By how many milliseconds the clock of this device is ahead of the mirror's. */
  readonly clockAheadMs: number;
}

/**
 * Asks a mirror what it is. Nothing of any account is sent.
 * @param url its origin
 * @throws MirrorError InvalidMirror, MirrorUnreachable
 */
export async function describeMirror(fetch: Fetch, url: string, now: () => number, signal?: AbortSignal): Promise<MirrorDescription> {
  const schema = lexicons.AppHoldfastMirrorDescribe.mainSchema;
  const asked = now();
  const answer = await reach(fetch, `${url}/xrpc/${schema.nsid}`, {}, MS, signal);
  const clock = (asked + now()) / 2;
  const found = answer.status === 200 ? safeParse(schema.output.schema, jsonOf(answer)) : undefined;
  if (found?.ok !== true) throw new MirrorError('InvalidMirror', 'There is a server at this address, and it is no mirror of Holdfast. Nothing was changed.');
  const { did, key, version, handleDomains, limits, inviteRequired, time, contact, links } = found.value;
  if (!mirrorDids(url).includes(did) || !isDidKey(key)) {
    throw new MirrorError('InvalidMirror', 'This mirror is set up under another name or without a key, so it cannot be relied on. Nothing was changed.');
  }
  const { privacyPolicy, termsOfService } = links ?? {};
  return {
    did: parseDid(did), key, version, handleDomains, limits, inviteRequired,
    ...(contact?.email !== undefined && { email: contact.email }),
    ...(privacyPolicy !== undefined && { privacyPolicy }), ...(termsOfService !== undefined && { termsOfService }),
    clockAheadMs: Math.round(clock - datetimeToMs(parseDatetime(time))),
  };
}

/**
 * Asks a mirror on which terms it takes an account, by an invitation or without one. Nothing of any account is sent.
 * @param url its origin
 * @throws MirrorError MirrorUnreachable, MirrorRefused
 */
export async function askTerms(fetch: Fetch, url: string, invite: string | undefined): Promise<lexicons.AppHoldfastMirrorDefs.Offer> {
  const schema = lexicons.AppHoldfastMirrorGetTerms.mainSchema;
  const { body, contentType } = bodyOf<typeof schema>({ input: { ...(invite !== undefined && { invite }) } });
  const answer = await reach(fetch, `${url}/xrpc/${schema.nsid}`, { method: 'POST', headers: { 'content-type': contentType! }, body: body! }, MS, undefined);
  if (answer.status !== 200) throw withoutTerms(refusalOf(answer));
  const found = safeParse(schema.output.schema, jsonOf(answer));
  if (!found.ok) throw senseless();
  return found.value.terms;
}

function withoutTerms(refusal: MirrorError): MirrorError {
  const { reason } = refusal;
  if (reason !== 'MethodNotImplemented') return refusal;
  return new MirrorError('MirrorRefused', 'Your data here is safe. This mirror is of an older version and does not tell its terms: ask its operator to update it.', { reason });
}

/** Who calls which mirror for which account. */
export interface MirrorCalls {
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly did: Did;
  /** With the key of the account. */
  readonly signer: Signer;
  /** The origin of the mirror. */
  readonly url: string;
  readonly mirrorDid: Did;
  /** Hears of each token, by its method, before it is signed. */
  readonly signing?: (method: string) => Promise<void>;
}

/** What a call says. A query has params, a procedure an input, or a body of its own kind. */
export interface MirrorCall<Schema extends MethodSchema> {
  readonly params?: Params<Schema>;
  readonly input?: Input<Schema>;
  readonly body?: Body;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** Speaks for one account to its mirror, each call under a token of its own. */
export class MirrorClient {
  readonly #calls: MirrorCalls;

  constructor(calls: MirrorCalls) {
    this.#calls = calls;
  }

  /** The origin of the mirror. */
  get url(): string {
    return this.#calls.url;
  }

  /**
   * Calls a method (`app.holdfast.mirror.*`) and gives its answer, as its lexicon has it.
   * @throws MirrorError MirrorUnreachable, MirrorRefused; the reason of the signal
   */
  async call<Schema extends MethodSchema>(schema: Schema, call: MirrorCall<Schema> = {}): Promise<Output<Schema>> {
    const { params, signal } = call;
    const { fetch, now, did, signer, url, mirrorDid, signing } = this.#calls;
    const { body, contentType } = bodyOf(call);
    await signing?.(schema.nsid);
    const token = await signServiceAuth(signer, { iss: did, aud: mirrorDid, lxm: schema.nsid as Nsid }, now());
    const address = new URL(`${url}/xrpc/${schema.nsid}`);
    for (const [name, value] of Object.entries(params ?? {})) address.searchParams.set(name, String(value));
    const init: RequestInit = {
      method: schema.type === 'xrpc_query' ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, ...(contentType !== undefined && { 'content-type': contentType }) },
      ...(body !== undefined && { body }),
    };
    const answer = await reach(fetch, address.href, init, body === undefined ? MS : BODY_MS + Math.ceil(sizeOf(body) / BODY_BYTES_PER_MS), signal);
    if (answer.status !== 200) throw refusalOf(answer);
    const { output } = schema;
    const found = output?.type === 'lex' ? safeParse(output.schema, jsonOf(answer)) : undefined;
    if (found?.ok !== true) throw senseless();
    return found.value as Output<Schema>;
  }
}

function bodyOf<Schema extends MethodSchema>({ input, body, contentType }: MirrorCall<Schema>): { readonly body?: Body | string; readonly contentType?: string } {
  if (input !== undefined) return { body: JSON.stringify(input), contentType: 'application/json' };
  return body === undefined ? {} : { body, contentType: contentType ?? 'application/octet-stream' };
}

function sizeOf(body: Body | string): number {
  return typeof body === 'string' ? body.length : body instanceof Blob ? body.size : body.length;
}

async function reach(fetch: Fetch, url: string, init: RequestInit, ms: number, signal: AbortSignal | undefined): Promise<Answer> {
  try {
    return await limitedFetch(fetch, url, init, { ms, bytes: ANSWER_BYTES, signal });
  } catch (cause) {
    if (!(cause instanceof NetworkError)) throw cause;
    throw new MirrorError('MirrorUnreachable', 'Your data here is safe. The mirror gave no answer.', { cause });
  }
}

function senseless(): MirrorError {
  return new MirrorError('MirrorRefused', 'The mirror gave an answer that makes no sense. Your data here is safe.', { reason: 'InvalidAnswer' });
}

/** What a proxy or a server in trouble says is no decision of the mirror; that one of an earlier version lacks a method is. */
function refusalOf(answer: Answer): MirrorError {
  const { error, message } = (jsonOf(answer) ?? {}) as { readonly error?: unknown; readonly message?: unknown };
  const isOld = answer.status === 501 && error === 'MethodNotImplemented';
  if (typeof error !== 'string' || (answer.status >= 500 && !isOld)) {
    return new MirrorError('MirrorUnreachable', `Your data here is safe. The mirror does not work just now (${answer.status}).`);
  }
  const words = typeof message === 'string' ? message.slice(0, MAX_WORDS) : error;
  return new MirrorError('MirrorRefused', `Your data here is safe. The mirror said no: ${words}`, { reason: error });
}

/** Undefined for what is no JSON. */
export function jsonOf({ bytes }: Answer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
