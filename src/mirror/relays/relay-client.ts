import { isAccountStatus } from '../../mirroring/index.ts';
import { HoldfastError, isTid } from '../../protocol/index.ts';
import type { Did, Tid } from '../../protocol/index.ts';
import { jsonOf } from '../identity/fetch-json.ts';
import { reasonOf } from '../log.ts';

/** A relay did not answer, or not now, or nothing that makes sense. */
export class RelayError extends HoldfastError<'RelayUnreachable'> {}

/** The words of `com.atproto.sync.getHostStatus`; `missing`: it does not know the host; `silent`: it does not say. */
export type HostState = 'active' | 'idle' | 'offline' | 'throttled' | 'banned' | 'missing' | 'silent';

/** What a relay says of a host. */
export interface HostAnswer {
  readonly state: HostState;
  /** Of the last event that it has read; some write it down only now and then. */
  readonly seq?: number;
  readonly accounts?: number;
}

/** What a relay says of an account. */
export type AccountAnswer =
  | { readonly state: 'active'; readonly rev: Tid }
  /** `status` says why, in a word of the protocol. */
  | { readonly state: 'inactive'; readonly status?: string }
  | { readonly state: 'missing' }
  | { readonly state: 'silent' };

export interface RelayClientOptions {
  /** Origin. */
  readonly url: string;
  readonly fetch?: typeof fetch;
  /** Ends what is being asked. */
  readonly stopped: AbortSignal;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const HOST_STATES: readonly string[] = ['active', 'idle', 'offline', 'throttled', 'banned'] satisfies HostState[];
/** Answers of `com.atproto.sync.getLatestCommit` where there is no repository. */
const NO_REPOSITORY: readonly unknown[] = ['RepoNotFound', 'RepoNotSynchronized'];

/** Asks a relay that the operator has named. Its answers may be anything: what has not the right form says nothing. */
export class RelayClient {
  readonly #options: RelayClientOptions;

  constructor(options: RelayClientOptions) {
    this.#options = options;
  }

  /** @throws RelayError */
  async host(hostname: string): Promise<HostAnswer> {
    const { error, status, seq, accountCount } = await this.#ask('getHostStatus', { hostname });
    if (error !== undefined) return { state: error === 'HostNotFound' ? 'missing' : 'silent' };
    return {
      state: isHostState(status) ? status : 'silent',
      ...(isCount(seq) && { seq }), ...(isCount(accountCount) && { accounts: accountCount }),
    };
  }

  /** @throws RelayError */
  async account(did: Did): Promise<AccountAnswer> {
    const { error, active, status, rev } = await this.#ask('getRepoStatus', { did });
    if (error !== undefined) return { state: error === 'RepoNotFound' ? 'missing' : 'silent' };
    if (active === false) return { state: 'inactive', ...(typeof status === 'string' && isAccountStatus(status) && { status }) };
    if (active !== true) return { state: 'silent' };
    // The rev may be left out of the status, or be left out because there is none.
    return typeof rev === 'string' ? revOf(rev) : this.#latest(did);
  }

  async #latest(did: Did): Promise<AccountAnswer> {
    const { error, rev } = await this.#ask('getLatestCommit', { did });
    return NO_REPOSITORY.includes(error) ? { state: 'missing' } : revOf(rev);
  }

  /** The fields of its answer, or `error` where it refuses. */
  async #ask(method: string, params: Record<string, string>): Promise<Readonly<Record<string, unknown>>> {
    const { url, fetch = globalThis.fetch, stopped, timeoutMs = TIMEOUT_MS } = this.#options;
    const response = await fetch(`${url}/xrpc/com.atproto.sync.${method}?${new URLSearchParams(params).toString()}`, {
      redirect: 'error', headers: { accept: 'application/json' }, signal: AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]),
    }).catch((cause: unknown) => {
      throw new RelayError('RelayUnreachable', reasonOf(cause), {}, cause);
    });
    if (response.status === 429 || (response.status >= 500 && response.status !== 501)) {
      await response.body?.cancel();
      throw new RelayError('RelayUnreachable', `its answer was ${response.status}`);
    }
    const json = await jsonOf(response.body ?? []).catch(() => undefined);
    const fields = typeof json === 'object' && json !== null ? json as Readonly<Record<string, unknown>> : undefined;
    if (response.ok && fields === undefined) throw new RelayError('RelayUnreachable', 'its answer is not what was asked for');
    return response.ok ? { ...fields, error: undefined } : { error: fields?.['error'] ?? '' };
  }
}

function revOf(rev: unknown): AccountAnswer {
  return typeof rev === 'string' && isTid(rev) ? { state: 'active', rev } : { state: 'silent' };
}

function isHostState(word: unknown): word is HostState {
  return typeof word === 'string' && HOST_STATES.includes(word);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
