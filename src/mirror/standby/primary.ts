import { safeParse } from '@atcute/lexicons/validations';
import { isReceiptOf } from '../../mirroring/index.ts';
import type { Primary, Receipt, SealedKit } from '../../mirroring/index.ts';
import { readReceipt } from '../../pds/index.ts';
import { datetimeToMs, fromJson, HoldfastError, lexicons, parseDatetime, parseDidKey } from '../../protocol/index.ts';
import type { Cid, Did } from '../../protocol/index.ts';
import { requestPublic } from '../identity/public-request.ts';

/** The primary did not answer, or not so that it makes sense; or it shows a receipt that another key has signed; or it says that it does not have what it was asked for, or not so much of it. */
export class PrimaryError extends HoldfastError<'PrimaryUnreachable' | 'PrimaryFalse' | 'NotThere' | 'OtherSize'> {}

/** What a server answers. Whoever reads the body reads within limits, and ends it. */
export interface PrimaryAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  end(): void;
}

/** Asks a server that an account has named. */
export type AskPrimary = (url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<PrimaryAnswer>;

/** What a server gives of a blob, and where that lies in it. */
export interface ServedPart {
  readonly body: AsyncIterable<Uint8Array>;
  readonly type: string | undefined;
  readonly offset: number;
  /** Of the whole blob, in bytes; undefined where the server does not say. */
  readonly size: number | undefined;
}

/** Asks in the public network and nowhere else. */
export const askPublic: AskPrimary = async (url, headers, signal) => {
  const response = await requestPublic(url, headers, signal);
  return { status: response.statusCode ?? 0, header: (name) => response.headers[name]?.toString(), body: response, end: () => response.destroy() };
};

/** Asks wherever it leads: for mirrors that are on one machine with all that they talk to. */
export const askNearby: AskPrimary = async (url, headers, signal) => {
  const stopped = new AbortController();
  const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.any([signal, stopped.signal]) });
  return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, body: response.body ?? none(), end: () => stopped.abort() };
};

const GET_BLOB = 'com.atproto.sync.getBlob';
const TEXT_MS = 15_000;
/** Of commits, as text: a mirror gives 8 MB of them at a time. */
const TEXT_BYTES = 12_000_000;
/** Of two kits of 16 KB. */
const KITS_BYTES = 100_000;
/** Of a repository or a blob; how much that is the reader says. */
const BODY_MS = 15 * 60_000;

/** What a standby asks of the primary of an account. Nothing of it is believed but a receipt that is signed by the key of the primary; a kit is the owner's if it opens. */
export class PrimaryClient {
  readonly #ask: AskPrimary;
  readonly #primary: Primary;
  readonly #did: Did;
  readonly #stopped: AbortSignal;

  constructor(ask: AskPrimary, primary: Primary, did: Did, stopped: AbortSignal) {
    this.#ask = ask;
    this.#primary = primary;
    this.#did = did;
    this.#stopped = stopped;
  }

  /**
   * What it has confirmed last, and the bodies of commits that lead there, oldest first; none where it cannot give them.
   * @throws PrimaryError PrimaryUnreachable, PrimaryFalse
   */
  async commits(since: Cid | undefined): Promise<{ readonly receipt: Receipt; readonly commits: readonly Uint8Array[] }> {
    const schema = lexicons.AppHoldfastMirrorListCommits.mainSchema;
    const text = await this.#read(schema.nsid, since === undefined ? {} : { since: since.toString() }, TEXT_MS, { accept: 'application/json' }, ({ body }) => textWithin(TEXT_BYTES)(body));
    const found = safeParse(schema.output.schema, jsonOf(text));
    const receipt = found.ok ? readReceipt(found.value.receipt) : undefined;
    if (!found.ok || receipt?.did !== this.#did) throw this.#unreachable('The primary shows no receipt of the account');
    if (!await isReceiptOf(parseDidKey(this.#primary.key), receipt)) {
      throw new PrimaryError('PrimaryFalse', 'The primary shows a receipt that is not signed by its key', { url: this.#primary.url, did: this.#did });
    }
    return { receipt, commits: found.value.commits.map((bytes) => fromJson(bytes) as Uint8Array) };
  }

  /** The sealed kits that it gives to everybody. @throws PrimaryError */
  async kits(): Promise<readonly SealedKit[]> {
    const schema = lexicons.AppHoldfastMirrorGetKits.mainSchema;
    const found = safeParse(schema.output.schema, jsonOf(await this.#read(schema.nsid, {}, TEXT_MS, { accept: 'application/json' }, ({ body }) => textWithin(KITS_BYTES)(body))));
    if (!found.ok) throw this.#unreachable('The primary shows no list of kits');
    return found.value.kits.map(({ kind, file, storedAt }) => ({ kind, file: fromJson(file) as Uint8Array, storedAt: datetimeToMs(parseDatetime(storedAt)) }));
  }

  /** Has the whole repository read, as it is there. @throws PrimaryError; what `read` throws */
  repository<Result>(read: (body: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return this.#read('com.atproto.sync.getRepo', {}, BODY_MS, { accept: 'application/vnd.ipld.car' }, ({ body }, signal) => read(body, signal));
  }

  /**
   * Has a blob read, from there on, or from the beginning where the server gives no parts of one.
   * @throws PrimaryError, `NotThere` where it has none, `OtherSize` where it ends before there; what `read` throws
   */
  blob<Result>(cid: Cid, from: number, read: (part: ServedPart) => Promise<Result>): Promise<Result> {
    const headers = { accept: '*/*', 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) };
    return this.#read(GET_BLOB, { cid: cid.toString() }, BODY_MS, headers, (answer) => read(partOf(answer)));
  }

  async #read<Result>(
    nsid: string, params: Readonly<Record<string, string>>, ms: number, headers: Readonly<Record<string, string>>,
    read: (answer: PrimaryAnswer, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const signal = AbortSignal.any([this.#stopped, AbortSignal.timeout(ms)]);
    const url = `${this.#primary.url}/xrpc/${nsid}?${new URLSearchParams({ did: this.#did, ...params })}`;
    const answer = await this.#ask(url, headers, signal).catch((cause: unknown) => {
      throw this.#unreachable('The primary gave no answer', cause);
    });
    try {
      // A mirror that cannot read the file of one blob says 500 of that one, and gives the others.
      const isOfThis = answer.status === 400 || answer.status === 404 || (answer.status === 500 && nsid === GET_BLOB);
      if (isOfThis) throw new PrimaryError('NotThere', `The primary answered ${answer.status}`, { url });
      if (answer.status === 416) throw new PrimaryError('OtherSize', 'The primary has less of it than was asked for', { url });
      if (answer.status !== 200 && answer.status !== 206) throw this.#unreachable(`The primary answered ${answer.status}`);
      return await read(answer, signal);
    } finally {
      answer.end();
    }
  }

  #unreachable(message: string, cause?: unknown): PrimaryError {
    return new PrimaryError('PrimaryUnreachable', message, { url: this.#primary.url, did: this.#did }, cause);
  }
}

/** Where a server gives the whole and says nothing that can be read, it is taken for that: whoever takes it looks at every byte. @throws PrimaryError OtherSize */
function partOf({ status, body, header }: PrimaryAnswer): ServedPart {
  const type = header('content-type');
  const [, first, of] = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15})$/.exec(header('content-range') ?? '') ?? [];
  if (status === 206 && first !== undefined) return { body, type, offset: Number(first), size: Number(of) };
  if (status === 206) throw new PrimaryError('OtherSize', 'The primary gives a part, and does not say which');
  const [length] = header('content-encoding') === undefined ? /^\d{1,15}$/.exec(header('content-length') ?? '') ?? [] : [];
  return { body, type, offset: 0, size: length === undefined ? undefined : Number(length) };
}

async function* none(): AsyncGenerator<Uint8Array> {}

/** Reads text; what is longer than that comes to nothing. */
function textWithin(most: number): (chunks: AsyncIterable<Uint8Array>) => Promise<string> {
  return async (chunks) => {
    const decoder = new TextDecoder();
    let [text, size] = ['', 0];
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > most) return '';
      text += decoder.decode(chunk, { stream: true });
    }
    return text;
  };
}

/** Undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
