import { base58btc } from 'multiformats/bases/base58';
import { COMPRESSED_SIZE, compressPoint, decompressPoint } from './curve.ts';
import type { Algorithm } from './curve.ts';
import type { Did } from './did.ts';
import { HoldfastError } from './errors.ts';

/** A public key of one of the two curves, as `did:key` and DID documents hold it. Made by the parsers of this file. */
export interface PublicKey {
  readonly algorithm: Algorithm;
  /** A point of the curve, compressed: 33 bytes. */
  readonly bytes: Uint8Array;
}

/** A text that is no public key of the protocol, with the reason. */
export class InvalidKeyError extends HoldfastError<'InvalidKey'> {
  constructor(reason: 'syntax' | 'algorithm' | 'point') {
    super('InvalidKey', `Not a public key of P-256 or K-256 (${reason})`, { reason });
  }
}

const DID_KEY = 'did:key:';
/** More than the longest key takes in base58; decoding takes time by the square of the length. */
const MAX_LENGTH = 128;

/** The two bytes before a key: the varints of the multicodecs p256-pub (0x1200) and secp256k1-pub (0xe7). */
const PREFIXES: Readonly<Record<Algorithm, readonly [number, number]>> = { p256: [0x80, 0x24], k256: [0xe7, 0x01] };

/** Types of verification methods that say the curve, with a key without a prefix; old DID documents have them. */
const LEGACY_TYPES: ReadonlyMap<string, Algorithm> = new Map([
  ['EcdsaSecp256r1VerificationKey2019', 'p256'],
  ['EcdsaSecp256k1VerificationKey2019', 'k256'],
]);

/**
 * Reads a `did:key:z…`: a compressed point that lies on its curve (https://atproto.com/specs/cryptography).
 * @throws InvalidKeyError
 */
export function parseDidKey(text: string): PublicKey {
  if (!text.startsWith(DID_KEY)) throw new InvalidKeyError('syntax');
  return readMultikey(decodeMultibase(text.slice(DID_KEY.length)));
}

/** Whether `parseDidKey` takes it. */
export function isDidKey(text: string): boolean {
  try {
    parseDidKey(text);
    return true;
  } catch {
    return false;
  }
}

/** The `did:key` of a public key. */
export function formatDidKey(key: PublicKey): Did {
  const known = didKeys.get(key);
  if (known !== undefined) return known;
  const text = `${DID_KEY}${formatMultikey(key)}` as Did;
  didKeys.set(key, text);
  return text;
}

/** A key is told with every commit, and its text takes longer than hashing a block. */
const didKeys = new WeakMap<PublicKey, Did>();

/** The `publicKeyMultibase` of a verification method of the type `Multikey`. */
export function formatMultikey({ algorithm, bytes }: PublicKey): string {
  const prefixed = new Uint8Array(2 + bytes.length);
  prefixed.set(PREFIXES[algorithm]);
  prefixed.set(bytes, 2);
  return base58btc.encode(prefixed);
}

/**
 * Reads the `publicKeyMultibase` of a verification method of this type: `Multikey`, or the two older types that name
 * the curve and hold a point in full or compressed.
 * @throws InvalidKeyError
 */
export function parseMultibaseKey(type: string, publicKeyMultibase: string): PublicKey {
  const bytes = decodeMultibase(publicKeyMultibase);
  if (type === 'Multikey') return readMultikey(bytes);
  const algorithm = LEGACY_TYPES.get(type);
  if (algorithm === undefined) throw new InvalidKeyError('algorithm');
  return readPoint(algorithm, bytes.length === COMPRESSED_SIZE ? bytes : compressPoint(algorithm, bytes));
}

function decodeMultibase(text: string): Uint8Array {
  if (text.length > MAX_LENGTH) throw new InvalidKeyError('syntax');
  try {
    return base58btc.decode(text);
  } catch {
    throw new InvalidKeyError('syntax');
  }
}

function readMultikey(bytes: Uint8Array): PublicKey {
  for (const algorithm of ['p256', 'k256'] as const) {
    const [first, second] = PREFIXES[algorithm];
    if (bytes[0] === first && bytes[1] === second) return readPoint(algorithm, bytes.slice(2));
  }
  throw new InvalidKeyError('algorithm');
}

function readPoint(algorithm: Algorithm, bytes: Uint8Array | undefined): PublicKey {
  if (bytes === undefined || decompressPoint(algorithm, bytes) === undefined) throw new InvalidKeyError('point');
  return { algorithm, bytes };
}
