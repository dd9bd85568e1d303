import { base32 } from 'multiformats/bases/base32';
import { sha256, sha256Into } from '#sha256';
import { HoldfastError, InvalidSyntaxError } from './errors.ts';

/** What a block holds: a DAG-CBOR value, or bytes as they are. */
export type Codec = 'dag-cbor' | 'raw';

/** Every CID of the protocol takes exactly this many bytes: version, codec, hash function, length, 32 of SHA-256. */
export const CID_SIZE = 36;

const VERSION = 0x01;
const DAG_CBOR = 0x71;
const RAW = 0x55;
const SHA_256 = 0x12;
const DIGEST_SIZE = 0x20;

/** Bytes that are not a CID of the protocol's one form. */
export class CidError extends HoldfastError<'InvalidCid'> {
  constructor(offset: number) {
    const message = `Not a CIDv1 of a DAG-CBOR or raw block with SHA-256, at byte ${offset}`;
    super('InvalidCid', message, { offset });
  }
}

/**
 * A content identifier: CIDv1, SHA-256, dag-cbor or raw (https://atproto.com/specs/data-model#link-and-cid-formats).
 * Kept as its 36 bytes; the text form is made when asked for.
 */
export class Cid {
  readonly bytes: Uint8Array;
  /** 30 bits of the digest: a key for hash tables that V8 keeps as a small integer. */
  readonly hash: number;
  /** Whether the bytes are alone in their buffer. (To look at the buffer itself would make V8 allocate it.) */
  readonly #isDetached: boolean;
  #text: string | undefined;

  /** Only for bytes known to be a CID; everything from outside goes through `readCid` or `parseCid`. */
  constructor(bytes: Uint8Array, isDetached = false) {
    this.bytes = bytes;
    this.#isDetached = isDetached;
    this.hash = ((bytes[4]! << 22) | (bytes[5]! << 14) | (bytes[6]! << 6) | (bytes[7]! >> 2)) & 0x3fffffff;
  }

  get codec(): Codec {
    return this.bytes[1] === DAG_CBOR ? 'dag-cbor' : 'raw';
  }

  get digest(): Uint8Array {
    return this.bytes.subarray(4);
  }

  equals(other: Cid): boolean {
    if (this === other) return true;
    if (this.hash !== other.hash) return false;
    const a = this.bytes;
    const b = other.bytes;
    for (let i = CID_SIZE - 1; i >= 1; i--) if (a[i] !== b[i]) return false;
    return true;
  }

  /** The same CID on bytes of its own, so that a CID kept for long does not keep the block that it was read from. */
  detached(): Cid {
    return this.#isDetached ? this : new Cid(this.bytes.slice(), true);
  }

  /** The text form: base32 in lower case, 59 characters, beginning with `bafyrei` or `bafkrei`. */
  toString(): string {
    return (this.#text ??= base32.encode(this.bytes));
  }

  toJSON(): { $link: string } {
    return { $link: this.toString() };
  }
}

/** Whether the 36 bytes at `offset` have the form of a CID of the protocol. Every digest is possible. */
export function isCidAt(bytes: Uint8Array, offset: number): boolean {
  return (
    bytes.length - offset >= CID_SIZE &&
    bytes[offset] === VERSION &&
    (bytes[offset + 1] === DAG_CBOR || bytes[offset + 1] === RAW) &&
    bytes[offset + 2] === SHA_256 &&
    bytes[offset + 3] === DIGEST_SIZE
  );
}

/**
 * The CID at `offset`, as a view on `bytes`.
 * @throws CidError
 */
export function readCid(bytes: Uint8Array, offset = 0): Cid {
  if (!isCidAt(bytes, offset)) throw new CidError(offset);
  return new Cid(bytes.subarray(offset, offset + CID_SIZE));
}

/**
 * Reads the text form, the only one the protocol knows: base32 in lower case.
 * @throws InvalidSyntaxError
 */
export function parseCid(text: string): Cid {
  if (text.length === 59 && text[0] === 'b') {
    try {
      const bytes = base32.decode(text);
      if (bytes.length === CID_SIZE && isCidAt(bytes, 0)) return new Cid(bytes);
    } catch {
      // Falls through to the one error that says what was wanted.
    }
  }
  throw new InvalidSyntaxError('CID', text);
}

/** The CID of a block: its SHA-256 under the codec. */
export function cidOf(block: Uint8Array, codec: Codec = 'dag-cbor'): Cid {
  const bytes = new Uint8Array(CID_SIZE);
  bytes[0] = VERSION;
  bytes[1] = codec === 'raw' ? RAW : DAG_CBOR;
  bytes[2] = SHA_256;
  bytes[3] = DIGEST_SIZE;
  sha256Into(bytes, 4, block);
  return new Cid(bytes, true);
}

/** Whether `block` hashes to `cid`. */
export function isBlockOf(cid: Cid, block: Uint8Array): boolean {
  const digest = sha256(block);
  const expected = cid.bytes;
  for (let i = 0; i < DIGEST_SIZE; i++) if (digest[i] !== expected[i + 4]) return false;
  return true;
}
