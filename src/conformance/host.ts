import { safeParse } from '@atcute/lexicons/validations';
import type { InferOutput, ObjectSchema, XRPCLexBodyParam, XRPCProcedureMetadata, XRPCQueryMetadata } from '@atcute/lexicons/validations';
import { limitedFetch, NetworkError } from '../identity/index.ts';
import type { Answer } from '../identity/index.ts';
import { Finding, must, mustNotBeBusy, NotSeen, shown } from './check.ts';

/** One call may take so long, in milliseconds, and its answer be so long, in bytes. */
const CALL_MS = 15_000;
const ANSWER_BYTES = 5_000_000;

export type Params = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
type Answers = { readonly nsid: string; readonly output: XRPCLexBodyParam };
export type JsonQuery = XRPCQueryMetadata<ObjectSchema | null, XRPCLexBodyParam>;
export type JsonProcedure = XRPCProcedureMetadata<ObjectSchema | null, XRPCLexBodyParam | { readonly type: 'blob' } | null, XRPCLexBodyParam>;
type OutputOf<Schema extends Answers> = InferOutput<Schema['output']['schema']>;

/** An answer is longer than it is read, which says nothing of whether it is right. */
export class TooLarge extends NotSeen {}

/** The server that is checked, by HTTP. Every call has limits, and follows nowhere. */
export class Host {
  readonly origin: string;

  /** @param origin http or https */
  constructor(origin: string) {
    this.origin = origin;
  }

  /** @throws Finding NoAnswer; TooLarge, NotSeen */
  async call(path: string, init: RequestInit = {}): Promise<Answer> {
    const answer = await limitedFetch(fetch, `${this.origin}${path}`, init, { ms: CALL_MS, bytes: ANSWER_BYTES }).catch((error: unknown) => {
      if (!(error instanceof NetworkError)) throw error;
      const message = `${path.split('?')[0]}: ${error.message}`;
      throw error.code === 'AnswerTooLarge' ? new TooLarge(message) : new Finding('NoAnswer', message, {}, error);
    });
    mustNotBeBusy(answer.status);
    return answer;
  }

  /** Asks a query, whatever comes. @param nsid such as `com.atproto.sync.getRepo` */
  get(nsid: string, params: Params = {}, init: RequestInit = {}): Promise<Answer> {
    return this.call(pathOf(nsid, params), init);
  }

  /** Asks a query that answers with JSON, and holds the answer to the lexicon. @throws Finding */
  async query<Schema extends JsonQuery>(schema: Schema, params: Params = {}, init: RequestInit = {}): Promise<OutputOf<Schema>> {
    return outputOf(schema, await this.get(schema.nsid, params, init));
  }

  /** Calls a procedure with JSON, whatever comes. */
  post(nsid: string, input: unknown, token?: string): Promise<Answer> {
    const headers = { ...(input !== undefined && { 'content-type': 'application/json' }), ...bearer(token) };
    return this.call(pathOf(nsid, {}), { method: 'POST', headers, ...(input !== undefined && { body: JSON.stringify(input) }) });
  }

  /** Calls a procedure that answers with JSON. @throws Finding */
  async procedure<Schema extends JsonProcedure>(schema: Schema, input: unknown, token?: string): Promise<OutputOf<Schema>> {
    return outputOf(schema, await this.post(schema.nsid, input, token));
  }
}

/** Whether a server is on this machine. */
export function isLocal(origin: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname);
}

export function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

export function pathOf(nsid: string, params: Params): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const each of Array.isArray(value) ? value as readonly string[] : value === undefined ? [] : [value]) query.append(name, String(each));
  }
  return `/xrpc/${nsid}${query.size === 0 ? '' : `?${query}`}`;
}

/** The JSON of an answer that went well, held to the lexicon. @throws Finding Status, ContentType, Json, Lexicon */
export function outputOf<Schema extends Answers>(schema: Schema, answer: Answer): OutputOf<Schema> {
  const name = nameOf(schema.nsid);
  must(answer.status === 200, 'Status', `${name} answered ${answer.status} where 200 was due: ${shown(textOf(answer))}`);
  const json = jsonOf(answer, name);
  const parsed = safeParse(schema.output.schema, json);
  if (!parsed.ok) throw new Finding('Lexicon', `${name} answers with something that its lexicon does not allow: ${shown(parsed.message)}`);
  return parsed.value as OutputOf<Schema>;
}

/** @throws Finding ContentType, Json */
export function jsonOf(answer: Answer, name: string): unknown {
  must(typeOf(answer) === 'application/json', 'ContentType', `${name} answers with content of type ${shown(typeOf(answer))} where application/json was due`);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.bytes));
  } catch (cause) {
    throw new Finding('Json', `${name} answers with something that is no JSON`, {}, cause);
  }
}

/** The media type alone, in lower case; empty where there is none. */
export function typeOf({ headers }: Pick<Answer, 'headers'>): string {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

export function textOf({ bytes }: Answer): string {
  return new TextDecoder().decode(bytes.subarray(0, 2_000));
}

/** The last part of the name of a method, as people say it. */
function nameOf(nsid: string): string {
  return nsid.slice(nsid.lastIndexOf('.') + 1);
}

/**
 * Holds an answer to being a refusal as XRPC has it: a status of the client's fault, JSON with `error` and `message`.
 * @param names of errors of which it has to be one; any will do where none is given
 * @throws Finding Status, ContentType, Json, ErrorForm, ErrorName
 */
export function mustRefuse(answer: Answer, name: string, names: readonly string[] = [], isStatus = (status: number): boolean => status >= 400 && status < 500): string {
  must(isStatus(answer.status), 'Status', `${name} answered ${answer.status}, which is not how this is refused: ${shown(textOf(answer))}`);
  const json = jsonOf(answer, name) as { readonly error?: unknown; readonly message?: unknown } | null;
  const error = json?.error;
  const hasForm = typeof error === 'string' && error !== '' && (json?.message === undefined || typeof json.message === 'string');
  must(hasForm, 'ErrorForm', `${name} refuses without the name of an error: ${shown(json)}`);
  must(names.length === 0 || names.includes(error), 'ErrorName', `${name} refuses with ${shown(error)} where ${names.join(' or ')} was due`);
  return `${answer.status} ${shown(error)}`;
}
