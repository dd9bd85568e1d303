import { formatDidKey, isDid, isHandle } from '../protocol/index.ts';
import type { Did, Handle } from '../protocol/index.ts';
import { readDidDocument } from './did-document.ts';
import type { AtprotoIdentity } from './did-document.ts';
import { DidDocumentError } from './errors.ts';
import { limitedFetch, NetworkError } from './limited-fetch.ts';
import type { Answer, Fetch } from './limited-fetch.ts';

/** What is wrong with a document that a domain serves; `found` is what it says instead, where that is a word. */
export interface WebFinding {
  readonly fault:
    /** No answer: no such server, no certificate, too late. */
    | 'unreachable'
    /** A server is there, and does not let pages of other sites read it, or leads elsewhere. */
    | 'unreadable'
    | 'status' | 'too-large' | 'no-json' | 'form' | 'other-did'
    /** Apps are particular about it; some read it all the same. */
    | 'content-type'
    | 'no-key' | 'bad-key' | 'other-key' | 'no-server' | 'bad-server' | 'other-server' | 'no-handle' | 'other-handle'
    /** The document names the handle, which does not lead back to the DID. */
    | 'handle-unproven';
  readonly found?: string;
}

/** What a document is to say. */
export interface WebExpectation {
  /** `did:key` that signs the repository. */
  readonly signingKey: string;
  /** The origin of the server; where there is none yet, any will do. */
  readonly pds?: string | undefined;
  readonly handle?: Handle | undefined;
}

const MS = 8_000;
/** Readers of the network take no more, our mirrors among them. */
const BYTES = 65_536;
const TYPES = ['application/json', 'application/did+json', 'application/did+ld+json'];

/** The did:web of a domain; undefined for what is none. Ports and paths the AT Protocol does not know. */
export function webDid(domain: string): Did | undefined {
  const did = `did:web:${domain}`;
  // The rule for names of domains is that of handles.
  return isHandle(domain) && isDid(did) ? did : undefined;
}

/** Where the document of a did:web lies. */
export function webAddress(did: Did): string {
  return `https://${did.slice('did:web:'.length)}/.well-known/did.json`;
}

/**
 * Where the document of a DID lies: in the directory, or at the host of a did:web; undefined for what the AT Protocol does
 * not know. `localhost` with a port is the host of networks on one machine.
 * @param directory an origin, or an address with a path
 */
export function documentAddress(did: Did, directory: string): string | undefined {
  if (/^did:plc:[a-z2-7]{24}$/.test(did)) return `${directory.replace(/\/+$/, '')}/${did}`;
  const port = /^did:web:localhost%3A(\d{1,5})$/.exec(did)?.[1];
  if (port !== undefined) return `http://localhost:${port}/.well-known/did.json`;
  return /^did:web:[a-z0-9.-]+$/.test(did) ? webAddress(did) : undefined;
}

/**
 * What the document of a did:web says, fetched within limits.
 * @throws NetworkError; DidDocumentError where it is none, or of another DID; the reason of the signal
 */
export async function webIdentity(fetch: Fetch, did: Did, signal?: AbortSignal): Promise<AtprotoIdentity> {
  const { status, bytes } = await ask(fetch, did, signal);
  if (status !== 200) throw new DidDocumentError('DocumentForm', 'The domain serves no document', { status });
  return readDidDocument(jsonOf(bytes), did);
}

/**
 * Fetches the document of a did:web, within limits, and says all that is wrong with it; nothing where apps can rely on it.
 * @throws the reason of the signal
 */
export async function checkWebDocument(fetch: Fetch, did: Did, expected: WebExpectation, signal?: AbortSignal): Promise<readonly WebFinding[]> {
  let answer: Answer;
  try {
    answer = await ask(fetch, did, signal);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (error.code === 'AnswerTooLarge') return [{ fault: 'too-large' }];
    return [{ fault: await isThere(fetch, did, signal) ? 'unreadable' : 'unreachable' }];
  }
  if (answer.status !== 200) return [{ fault: 'status', found: String(answer.status) }];
  const type = answer.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  const wrongType: readonly WebFinding[] = TYPES.includes(type) ? [] : [{ fault: 'content-type', ...(type !== '' && { found: type.slice(0, 100) }) }];
  return [...wrongType, ...contents(answer, did, expected)];
}

function ask(fetch: Fetch, did: Did, signal: AbortSignal | undefined): Promise<Answer> {
  return limitedFetch(fetch, webAddress(did), { headers: { accept: 'application/json' } }, { ms: MS, bytes: BYTES, signal });
}

/** Undefined is no document. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function contents({ bytes }: Answer, did: Did, expected: WebExpectation): readonly WebFinding[] {
  const json = jsonOf(bytes);
  if (json === undefined) return [{ fault: 'no-json' }];
  try {
    return differences(readDidDocument(json, did), expected);
  } catch (error) {
    if (!(error instanceof DidDocumentError)) throw error;
    return [{ fault: ({ DocumentDid: 'other-did', SigningKey: 'bad-key', PdsEndpoint: 'bad-server' } as const)[error.code as string] ?? 'form' }];
  }
}

function differences({ signingKey, pds, handle }: AtprotoIdentity, expected: WebExpectation): readonly WebFinding[] {
  const key = signingKey && formatDidKey(signingKey);
  return [
    ...different('key', key, expected.signingKey),
    ...different('server', pds, expected.pds ?? pds ?? ''),
    ...(expected.handle === undefined ? [] : different('handle', handle, expected.handle)),
  ];
}

function different(what: 'key' | 'server' | 'handle', found: string | undefined, expected: string): readonly WebFinding[] {
  if (found === undefined) return [{ fault: `no-${what}` }];
  return found === expected ? [] : [{ fault: `other-${what}`, found: found.slice(0, 300) }];
}

/** Whether a server answers at all, to a call whose answer nobody may read. */
async function isThere(fetch: Fetch, did: Did, signal: AbortSignal | undefined): Promise<boolean> {
  const late = AbortSignal.timeout(MS);
  try {
    const { body } = await fetch(webAddress(did), {
      mode: 'no-cors', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    await body?.cancel();
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}
