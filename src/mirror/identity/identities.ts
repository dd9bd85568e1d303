import { setTimeout as pause } from 'node:timers/promises';
import { documentAddress, readDidDocument } from '../../identity/index.ts';
import type { AtprotoIdentity } from '../../identity/index.ts';
import { MirrorRefusal } from '../../mirroring/index.ts';
import type { SigningKeys } from '../../mirroring/index.ts';
import type { Did, PublicKey } from '../../protocol/index.ts';
import { FetchError } from './fetch-error.ts';
import { fetchFromPublic, fetchFromTrusted } from './fetch-json.ts';
import { FetchPlaces } from './fetch-places.ts';

export interface IdentitiesOptions {
  /** Origin of the PLC directory. */
  readonly directory: string;
  /** Milliseconds since 1970; `Date.now` by default. */
  readonly now?: () => number;
  /** Who fetches documents; the network by default. */
  readonly fetchDocument?: (did: Did) => Promise<unknown>;
  /** Who fetches what anybody may have named; another is for tests. */
  readonly fetchPublic?: (url: string) => Promise<unknown>;
  /** What is known from before this process began. */
  readonly kept?: (did: Did) => Promise<FoundIdentity | undefined>;
  /** Whether the mirror has the account: of domains, no more than a few are asked at once for others. */
  readonly isKept?: (did: Did) => Promise<boolean>;
  /** For tests: milliseconds until what was found before is taken while who is asked does not answer. */
  readonly patienceMs?: number;
}

/** What a document said, and when: milliseconds since 1970. */
export interface FoundIdentity {
  readonly at: number;
  readonly identity: AtprotoIdentity;
}

/** How long what was found, or was not, is remembered, in milliseconds: so long a key still counts that its owner has replaced. */
const FOUND_MS = 60_000;
const MISSING_MS = 5_000;
/** How long what was found still counts while those who serve documents do not answer. */
const STALE_MS = 24 * 3_600_000;
/** Whoever is asked and hangs holds up nobody longer than this, in milliseconds, where something was found before. */
const PATIENCE_MS = 500;
/** So many are remembered. */
const MOST = 10_000;

interface Remembered {
  readonly found?: FoundIdentity;
  /** Where asking again did not help. */
  readonly failed?: { readonly at: number; readonly refusal: MirrorRefusal };
}

interface Asked {
  readonly answer: Promise<Remembered>;
  /** Resolves when who asked first has waited long enough. */
  readonly late: Promise<undefined>;
}

/** What DID documents say, asked of those who serve them and remembered for a while. */
export class Identities implements SigningKeys {
  readonly #now: () => number;
  readonly #fetchDocument: (did: Did) => Promise<unknown>;
  readonly #remembered = new Map<Did, Remembered>();
  readonly #asked = new Map<Did, Asked>();
  readonly #kept: NonNullable<IdentitiesOptions['kept']>;
  readonly #isKept: NonNullable<IdentitiesOptions['isKept']>;
  readonly #places = new FetchPlaces();
  readonly #patienceMs: number;

  constructor({
    directory, now = Date.now, fetchPublic = fetchFromPublic, fetchDocument = (did) => fetchDid(did, directory, fetchPublic),
    kept = async () => undefined, isKept = async () => false, patienceMs = PATIENCE_MS,
  }: IdentitiesOptions) {
    this.#now = now;
    this.#fetchDocument = fetchDocument;
    this.#kept = kept;
    this.#isKept = isKept;
    this.#patienceMs = patienceMs;
  }

  /**
   * What the document says.
   * @param mostMs how long ago it may have been read, 0 asks now; where it is left out, a minute, or a day while nobody answers
   * @throws MirrorRefusal IdentityUnknown
   */
  async of(did: Did, mostMs?: number): Promise<AtprotoIdentity> {
    const remembered = this.#remembered.get(did) ?? {};
    const { found, failed } = remembered;
    if (found !== undefined && this.#age(found) < (mostMs ?? FOUND_MS)) return found.identity;
    const isFresh = failed !== undefined && mostMs !== 0 && this.#age(failed) < MISSING_MS;
    if (isFresh) return this.#judged(remembered, mostMs);
    // What was asked before may be answered by what was there before.
    if (mostMs === 0) return this.#judged(await this.#find(did), mostMs);
    const { answer, late } = this.#ask(did);
    if (mostMs === undefined && await Promise.race([answer, late]) === undefined) {
      const old = found ?? await this.#before(did);
      if (this.#counts(old)) return old.identity;
    }
    return this.#judged(await answer, mostMs);
  }

  async keyOf(did: Did, fresh = false): Promise<PublicKey> {
    const { signingKey } = await this.of(did, fresh ? 0 : undefined);
    if (signingKey === undefined) throw new MirrorRefusal('IdentityUnknown', 'The DID document names no key that signs for the account.', { did });
    return signingKey;
  }

  #age({ at }: { readonly at: number }): number {
    return this.#now() - at;
  }

  /** What cannot be read says nothing. */
  #before(did: Did): Promise<FoundIdentity | undefined> {
    return this.#kept(did).catch(() => undefined);
  }

  /** Whether it may still be taken for what nobody says now. */
  #counts(found: FoundIdentity | undefined): found is FoundIdentity {
    return found !== undefined && this.#age(found) < STALE_MS;
  }

  /** @throws MirrorRefusal IdentityUnknown */
  #judged({ found, failed }: Remembered, mostMs: number | undefined): AtprotoIdentity {
    if (failed === undefined) return found!.identity;
    if (mostMs === undefined && this.#counts(found)) return found.identity;
    throw failed.refusal;
  }

  #ask(did: Did): Asked {
    const asked = this.#asked.get(did) ?? {
      answer: this.#find(did).finally(() => this.#asked.delete(did)), late: pause(this.#patienceMs, undefined, { ref: false }),
    };
    this.#asked.set(did, asked);
    return asked;
  }

  async #find(did: Did): Promise<Remembered> {
    const at = this.#now();
    try {
      return this.#remember(did, { found: { at, identity: readDidDocument(await this.#fetch(did), did) } });
    } catch (cause) {
      const isBusy = cause instanceof FetchError && cause.code === 'Busy';
      const isSilence = isBusy || (cause instanceof FetchError && cause.code === 'NoAnswer');
      const found = isSilence ? this.#remembered.get(did)?.found ?? await this.#before(did) : undefined;
      const refusal = cause instanceof MirrorRefusal ? cause : unreadable(did, cause);
      const remembered = { failed: { at, refusal }, ...(found !== undefined && { found }) };
      // Who is not asked for want of room is asked as soon as there is some.
      return isBusy ? remembered : this.#remember(did, remembered);
    }
  }

  /** Whoever shows a token has its issuer asked before anything of it is verified. @throws FetchError */
  async #fetch(did: Did): Promise<unknown> {
    const [, domain] = /^did:web:([^:]+)$/.exec(did) ?? [];
    if (domain === undefined || await this.#isKept(did).catch(() => false)) return this.#fetchDocument(did);
    return this.#places.run(domain, () => this.#fetchDocument(did));
  }

  #remember(did: Did, remembered: Remembered): Remembered {
    this.#remembered.delete(did);
    this.#remembered.set(did, remembered);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= MOST) break;
      this.#remembered.delete(oldest);
    }
    return remembered;
  }
}

function unreadable(did: Did, cause: unknown): MirrorRefusal {
  return new MirrorRefusal(
    'IdentityUnknown', 'The DID document of the account could not be read; please try again in a moment.', { did }, undefined, cause,
  );
}

/** A DID document from where its method says that it is. */
async function fetchDid(did: Did, directory: string, fetchPublic: (url: string) => Promise<unknown>): Promise<unknown> {
  const address = documentAddress(did, directory);
  if (address === undefined) throw new MirrorRefusal('IdentityUnknown', 'Only DIDs of the kinds plc and web, without a path, are known here.', { did });
  return did.startsWith('did:plc:') ? fetchFromTrusted(address) : fetchPublic(address);
}
