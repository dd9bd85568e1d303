import { HoldfastError } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';
import { isFields } from './json-shape.ts';
import { limitedFetch, NetworkError } from './limited-fetch.ts';
import type { Answer, Fetch } from './limited-fetch.ts';
import { PLC_LOG_LIMITS, verifyPlcLog } from './plc-log.ts';
import type { LogLimits, PlcLog } from './plc-log.ts';
import { signedBytes } from './plc-operation.ts';
import type { AnyPlcOperation } from './plc-operation.ts';
import { MAX_SIGNED_BYTES } from './plc-signature.ts';

/** What became of a call to a directory: nothing, or it said no. */
export type DirectoryFault = 'DirectoryUnreachable' | 'DirectoryRefused';

/** A directory that gave no answer, or did not take an operation. */
export class DirectoryError extends HoldfastError<DirectoryFault> {}

const MS = 15_000;
/** Text of a log takes about twice the bytes of its operations. */
const TEXT_OF_BYTES = 2;
const ANSWER_BYTES = 64_000;
const MAX_WORDS = 300;

/** A PLC directory (https://web.plc.directory/api/redoc). What it says is verified; it can only keep something back. */
export class PlcDirectory {
  readonly #fetch: Fetch;
  readonly #url: string;
  readonly #limits: LogLimits;

  /**
   * @param url an origin, or an address with a path
   * @param limits of a log that is read
   */
  constructor(fetch: Fetch, url: string, limits: LogLimits = PLC_LOG_LIMITS) {
    this.#limits = limits;
    this.#fetch = fetch;
    this.#url = url.replace(/\/+$/, '');
  }

  /**
   * The verified log of a DID; undefined where the directory does not know it.
   * @throws DirectoryError; PlcError for a log that does not hold; the reason of the signal
   */
  async log(did: Did, signal?: AbortSignal): Promise<PlcLog | undefined> {
    const answer = await this.#call(`${this.#url}/${did}/log/audit`, {}, TEXT_OF_BYTES * this.#limits.bytes, signal);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw refused(answer);
    return verifyPlcLog(did, jsonOf(answer), this.#limits);
  }

  /**
   * Hands an operation in.
   * @throws DirectoryError; the reason of the signal
   */
  async submit(did: Did, operation: AnyPlcOperation, signal?: AbortSignal): Promise<void> {
    const size = signedBytes(operation).length;
    if (size > MAX_SIGNED_BYTES) {
      throw new DirectoryError('DirectoryRefused', `The operation has ${size} bytes, and the directory takes ${MAX_SIGNED_BYTES}.`);
    }
    const init = { method: 'POST', body: JSON.stringify(operation), headers: { 'content-type': 'application/json' } };
    const answer = await this.#call(`${this.#url}/${did}`, init, ANSWER_BYTES, signal);
    if (answer.status !== 200) throw refused(answer);
  }

  async #call(url: string, init: RequestInit, bytes: number, signal: AbortSignal | undefined): Promise<Answer> {
    let answer: Answer;
    try {
      answer = await limitedFetch(this.#fetch, url, init, { ms: MS, bytes, signal });
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throw new DirectoryError('DirectoryUnreachable', 'The PLC directory gave no answer.', {}, error);
    }
    if (answer.status < 500) return answer;
    throw new DirectoryError('DirectoryUnreachable', `The PLC directory does not work just now (${answer.status}).`);
  }
}

function refused(answer: Answer): DirectoryError {
  const { status } = answer;
  const json = jsonOf(answer);
  const words = isFields(json) && typeof json['message'] === 'string' ? `: ${json['message'].slice(0, MAX_WORDS)}` : '';
  return new DirectoryError('DirectoryRefused', `The PLC directory said no (${status})${words}`, { status });
}

/** Undefined for what is no JSON. */
function jsonOf({ bytes }: Answer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
