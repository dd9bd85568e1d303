import { createHash, randomBytes } from 'node:crypto';

const COOKIE = 'holdfast-operator';
/** So long a browser that has shown the token need not show it again, in milliseconds. */
const LASTS_MS = 8 * 3_600_000;
const MOST = 100;

/** Browsers whose operator has shown the token, in memory: a restart of the mirror ends them all. */
export class Sessions {
  readonly #now: () => number;
  /** By the hash of what the browser holds: when it ends. */
  readonly #ends = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether this browser has one. */
  has(request: Request): boolean {
    const secret = secretOf(request);
    return secret !== undefined && (this.#ends.get(hashOf(secret)) ?? 0) > this.#now();
  }

  /**
   * Begins one; gives the header that has the browser hold it. No script may read it, and no other site may have it sent.
   * @param secure whether it is sent by https alone
   */
  begin(secure = false): string {
    const secret = randomBytes(32).toString('base64url');
    if (this.#ends.size >= MOST) this.#ends.delete(this.#ends.keys().next().value!);
    this.#ends.set(hashOf(secret), this.#now() + LASTS_MS);
    return `${COOKIE}=${secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${LASTS_MS / 1_000}${secure ? '; Secure' : ''}`;
  }

  /** Ends this browser's; gives the header that has it forget. */
  end(request: Request): string {
    const secret = secretOf(request);
    if (secret !== undefined) this.#ends.delete(hashOf(secret));
    return `${COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0`;
  }
}

function secretOf({ headers }: Request): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`).exec(headers.get('cookie') ?? '')?.[1];
}

/** What is compared is a hash, so that its time says nothing of the secret. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
