import {
  decodeCbor, encodeCbor, forgetEncoded, formatDidKey, isDatetime, isDid, isHandle, isTid, isUri, parseDidKey,
} from '../protocol/index.ts';
import { KeysError } from './errors.ts';
import { Secret } from './secret.ts';
import type { Kit, KitKey } from './kit.ts';

/** The version of the form that is written; the only one that is read. */
const VERSION = 1;
/** Bytes of a kit as DAG-CBOR; one without a genesis operation has some 500. */
export const MAX_KIT_SIZE = 64 * 1024;
const MAX_GENESIS_SIZE = 8 * 1024;
const MAX_MIRROR_LENGTH = 2048;

const FIELDS = ['version', 'did', 'handle', 'mirror', 'genesis', 'rev', 'createdAt', 'recovery', 'signing'];
const KEY_FIELDS = ['algorithm', 'publicKey', 'secret'];

type Fields = Readonly<Record<string, unknown>>;

/** A kit as DAG-CBOR. The bytes hold the private keys: wipe them. */
export function encodeKit(kit: Kit): Uint8Array<ArrayBuffer> {
  const { did, handle, mirror, genesis, rev, createdAt } = kit;
  const optional = { handle, mirror, genesis, rev };
  const [recovery, signing] = [keyFields(kit.recovery), keyFields(kit.signing)];
  try {
    const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
    return encodeCbor({ version: VERSION, did, createdAt, recovery, signing, ...present }) as Uint8Array<ArrayBuffer>;
  } finally {
    forgetEncoded();
    for (const { secret } of [recovery, signing]) secret.fill(0);
  }
}

/**
 * Reads a kit: exactly the fields of its form, in the one encoding that they have. Whoever gets it wipes its keys
 * (`wipeKit`).
 * @throws KeysError KitTooLarge, KitVersion, KitDamaged (`reason` names the field)
 */
export function decodeKit(bytes: Uint8Array): Kit {
  if (bytes.length > MAX_KIT_SIZE) throw new KeysError('KitTooLarge');
  const copy = bytes.slice();
  try {
    const fields = decodeMap(copy);
    if (typeof fields['version'] === 'number' && fields['version'] > VERSION) throw new KeysError('KitVersion');
    check(fields['version'] === VERSION, 'version');
    checkFields(fields, FIELDS);
    return {
      did: text(fields, 'did', isDid),
      ...(fields['handle'] !== undefined && { handle: text(fields, 'handle', isHandle) }),
      ...(fields['mirror'] !== undefined && { mirror: text(fields, 'mirror', isMirror) }),
      ...(fields['genesis'] !== undefined && { genesis: genesisOf(fields['genesis']) }),
      ...(fields['rev'] !== undefined && { rev: text(fields, 'rev', isTid) }),
      createdAt: text(fields, 'createdAt', isDatetime),
      ...keysOf(fields),
    };
  } finally {
    copy.fill(0);
  }
}

function decodeMap(bytes: Uint8Array): Fields {
  let value: unknown;
  try {
    value = decodeCbor(bytes);
  } catch {
    throw new KeysError('KitDamaged', { reason: 'encoding' });
  }
  check(isMap(value), 'encoding');
  return value;
}

function checkFields(fields: Fields, names: readonly string[]): void {
  check(Object.keys(fields).every((name) => names.includes(name)), 'unknown field');
}

function text<T extends string>(fields: Fields, name: string, isValid: (text: string) => text is T): T {
  const value = fields[name];
  check(typeof value === 'string' && isValid(value), name);
  return value;
}

function isMirror(value: string): value is string {
  return value.length <= MAX_MIRROR_LENGTH && isUri(value) && /^https?:\/\/[^/]/.test(value);
}

function genesisOf(value: unknown): Uint8Array {
  check(value instanceof Uint8Array && value.length > 0 && value.length <= MAX_GENESIS_SIZE, 'genesis');
  return value.slice();
}

function keysOf(fields: Fields): Pick<Kit, 'recovery' | 'signing'> {
  const recovery = keyOf(fields, 'recovery');
  try {
    return { recovery, signing: keyOf(fields, 'signing') };
  } catch (error) {
    recovery.secret.wipe();
    throw error;
  }
}

function keyOf(fields: Fields, name: string): KitKey {
  const key = fields[name];
  check(isMap(key), name);
  checkFields(key, KEY_FIELDS);
  const { algorithm, publicKey: did, secret } = key;
  check(typeof did === 'string' && secret instanceof Uint8Array && secret.length === 32, name);
  const publicKey = publicKeyOf(did);
  check(publicKey?.algorithm === algorithm && publicKey !== undefined, name);
  return { publicKey, secret: new Secret(secret.slice()) };
}

function publicKeyOf(did: string): KitKey['publicKey'] | undefined {
  try {
    return parseDidKey(did);
  } catch {
    return undefined;
  }
}

function keyFields({ publicKey, secret }: KitKey) {
  return {
    algorithm: publicKey.algorithm,
    publicKey: formatDidKey(publicKey),
    secret: secret.reveal((bytes) => bytes.slice()),
  };
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function check(holds: boolean, reason: string): asserts holds {
  if (!holds) throw new KeysError('KitDamaged', { reason });
}
