import { firstFact, readFact } from './facts.ts';

const KEY = 'capability';
const utf8 = new TextEncoder();

/**
 * What a page shows with its requests: HMAC-SHA-256 of the id that the browser gives its client. The key cannot be
 * extracted and is kept, so that a worker that was stopped knows its pages again.
 */
export class Capabilities {
  #key: Promise<CryptoKey> | undefined;

  /** The capability of a client, as hex. */
  async of(clientId: string): Promise<string> {
    const mac = await crypto.subtle.sign('HMAC', await this.#keyOnce(), utf8.encode(clientId));
    return Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** Whether `given` is the capability of this client; how long that takes says nothing of where they differ. */
  async isOf(clientId: string, given: string): Promise<boolean> {
    if (!/^[0-9a-f]{64}$/.test(given)) return false;
    const mac = Uint8Array.from(given.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    return crypto.subtle.verify('HMAC', await this.#keyOnce(), mac, utf8.encode(clientId));
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
