import { firstFact, readFact } from './facts.ts';

const KEY = 'capability';
/** Clients whose capability is kept in memory. */
const MOST_KNOWN = 100;
const utf8 = new TextEncoder();

/**
 * What a page shows with its requests: HMAC-SHA-256 of the id that the browser gives its client. The key cannot be
 * extracted and is kept, so that a worker that was stopped knows its pages again.
 */
export class Capabilities {
  #key: Promise<CryptoKey> | undefined;
  /** By client: asking for a signature costs a request more than all the rest of this. */
  readonly #known = new Map<string, string>();

  /** The capability of a client, as hex. */
  async of(clientId: string): Promise<string> {
    const known = this.#known.get(clientId);
    if (known !== undefined) return known;
    const mac = await crypto.subtle.sign('HMAC', await this.#keyOnce(), utf8.encode(clientId));
    const text = Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(clientId, text);
    return text;
  }

  /** Whether `given` is the capability of this client; how long that takes says nothing of where they differ. */
  async isOf(clientId: string, given: string): Promise<boolean> {
    const right = await this.of(clientId);
    if (given.length !== right.length) return false;
    let difference = 0;
    for (let index = 0; index < right.length; index++) difference |= given.charCodeAt(index) ^ right.charCodeAt(index);
    return difference === 0;
  }

  #keyOnce(): Promise<CryptoKey> {
    this.#key ??= loadKey().catch((error: unknown) => {
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }
}

async function loadKey(): Promise<CryptoKey> {
  const known = await readFact(KEY) as CryptoKey | undefined;
  if (known !== undefined) return known;
  const fresh = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  return await firstFact(KEY, fresh) as CryptoKey;
}
