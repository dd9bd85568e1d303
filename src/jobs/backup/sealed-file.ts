import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { Encrypter } from 'age-encryption';
import { parsePassphrase, passphraseDecrypter } from '../../keys/index.ts';
import type { Passphrase } from '../../keys/index.ts';
import { BackupError } from './backup-error.ts';

/** log₂ of the scrypt work, as for a kit: a generated passphrase needs no more. */
const WORK_FACTOR = 14;
/** The most that a file may ask for: 1 GiB of memory. The `age` program asks for 18. */
const MAX_WORK_FACTOR = 20;
/** A header for a passphrase, and no other: more bytes are not read before it is known to be one. */
const HEADER_BYTES = 512;
const HEADER = /^age-encryption\.org\/v1\n-> scrypt [A-Za-z0-9+/]{22} ([1-9]\d{0,3})\n[A-Za-z0-9+/]{43}\n--- [A-Za-z0-9+/]{43}\n/;
const NONCE_BYTES = 16;
const CHUNK_BYTES = 65_536;
const TAG_BYTES = 16;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;

/**
 * Encrypts what comes as an `age` file (https://age-encryption.org/v1) under a generated passphrase, 64 KiB at a time. The
 * `age` program opens it too.
 */
export async function sealStream(stream: ReadableStream<Uint8Array>, passphrase: Passphrase): Promise<ReadableStream<Uint8Array>> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(WORK_FACTOR);
  return encrypter.encrypt(stream);
}

/**
 * Opens an `age` file that a passphrase has sealed. Its last chunk is tried at once: a file that was cut short is refused before
 * anything of it is believed.
 * @param typed as it was typed: one of ours in any form, or another, for a file that the `age` program made
 * @throws BackupError BackupPassphrase, BackupDamaged, BackupWork
 */
export async function openSealed(file: Blob, typed: string): Promise<SealedFile> {
  const start = new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer());
  const [header, work] = HEADER.exec(String.fromCharCode(...start)) ?? [];
  if (header === undefined) {
    throw damaged('It is encrypted in a form that Holdfast does not write, or its beginning was changed. The “age” program may open it.');
  }
  if (Number(work) > MAX_WORK_FACTOR) {
    throw new BackupError('BackupWork', 'To try a passphrase on this file would take more time and memory than a backup may ask for. It was not tried.');
  }
  const fileKey = await fileKeyOf(start.slice(0, header.length), typed);
  const nonce = start.slice(header.length, header.length + NONCE_BYTES);
  if (nonce.length < NONCE_BYTES) throw damaged('It was cut short.');
  const key = await payloadKey(fileKey, nonce);
  fileKey.fill(0);
  const sealed = new SealedFile(file.slice(header.length + NONCE_BYTES), key);
  await sealed.checkEnd();
  return sealed;
}

/** The plain bytes of an `age` file, read from anywhere in it. What it gives was authenticated, with its place in the file. */
export class SealedFile {
  /** Of the plain bytes. */
  readonly size: number;
  readonly #payload: Blob;
  readonly #key: Uint8Array;
  readonly #chunks: number;
  /** Readers go on in the chunk in which they stopped. */
  #last: { readonly index: number; readonly bytes: Uint8Array } | undefined;

  constructor(payload: Blob, key: Uint8Array) {
    this.#payload = payload;
    this.#key = key;
    this.#chunks = Math.max(1, Math.ceil(payload.size / SEALED_CHUNK_BYTES));
    this.size = payload.size - this.#chunks * TAG_BYTES;
  }

  /** @throws BackupError BackupDamaged where the last chunk is not the last of this file */
  async checkEnd(): Promise<void> {
    const last = this.#chunks - 1;
    const length = this.#payload.size - last * SEALED_CHUNK_BYTES;
    // An empty chunk is the last of an empty file, and no other.
    if (length < TAG_BYTES || (length === TAG_BYTES && last > 0)) throw damaged('It was cut short.');
    await this.#open(last, last);
  }

  /** So many bytes from a place on, fewer at the end. @throws BackupError BackupDamaged */
  async read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(this.size, at + length);
    if (at >= end) return new Uint8Array(0);
    const [first, last] = [Math.floor(at / CHUNK_BYTES), Math.floor((end - 1) / CHUNK_BYTES)];
    const read = new Uint8Array(end - at);
    for (const { index, bytes } of await this.#open(first, last)) {
      const from = index * CHUNK_BYTES;
      const [start, stop] = [Math.max(at, from), Math.min(end, from + bytes.length)];
      if (start < stop) read.set(bytes.subarray(start - from, stop - from), start - at);
    }
    return read;
  }

  async #open(first: number, last: number): Promise<readonly { readonly index: number; readonly bytes: Uint8Array }[]> {
    const known = this.#last;
    if (known?.index === first && first === last) return [known];
    const sealed = new Uint8Array(await this.#payload.slice(first * SEALED_CHUNK_BYTES, (last + 1) * SEALED_CHUNK_BYTES).arrayBuffer());
    const chunks = Array.from({ length: last - first + 1 }, (_, index) => ({
      index: first + index,
      bytes: this.#decrypt(first + index, sealed.subarray(index * SEALED_CHUNK_BYTES, (index + 1) * SEALED_CHUNK_BYTES)),
    }));
    this.#last = chunks.at(-1);
    return chunks;
  }

  /** The nonce is the place of the chunk, and whether it is the last: chunks that changed places are refused, too. */
  #decrypt(index: number, sealed: Uint8Array): Uint8Array {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setBigUint64(3, BigInt(index));
    nonce[11] = index === this.#chunks - 1 ? 1 : 0;
    try {
      return chacha20poly1305(this.#key, nonce).decrypt(sealed);
    } catch {
      throw damaged(index === this.#chunks - 1 ? 'It was cut short, or its end was changed.' : 'Something in it was changed after it was written.');
    }
  }
}

async function fileKeyOf(header: Uint8Array, typed: string): Promise<Uint8Array> {
  for (const passphrase of new Set([ours(typed), typed])) {
    if (passphrase === undefined) continue;
    const { decrypter, isRight } = passphraseDecrypter(passphrase);
    try {
      return await decrypter.decryptHeader(header);
    } catch {
      if (isRight()) throw damaged('Its beginning was changed, or this device has no memory for the work that it asks for.');
    }
  }
  throw new BackupError('BackupPassphrase', 'This passphrase does not open the file, or its beginning was changed.');
}

function ours(typed: string): string | undefined {
  try {
    return parsePassphrase(typed);
  } catch {
    return undefined;
  }
}

async function payloadKey(fileKey: Uint8Array, salt: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const base = await crypto.subtle.importKey('raw', fileKey.slice(), 'HKDF', false, ['deriveBits']);
  const info = new TextEncoder().encode('payload');
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, base, 256));
}

const damaged = (why: string): BackupError => new BackupError('BackupDamaged', `The encrypted file cannot be relied on. ${why}`, { reason: 'sealed' });
