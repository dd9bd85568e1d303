import { datetimeFromMs, decodeCbor, encodeCbor, formatDidKey, isDatetime, parseDidKey } from '../protocol/index.ts';
import type { Datetime } from '../protocol/index.ts';
import { KeysError } from './errors.ts';
import { sealKit } from './kit-file.ts';
import type { Kit } from './kit.ts';

/** The text that opens the copy under a passkey: 256 bits that only the passkey gives. */
export type PasskeyPhrase = string & { readonly __brand: 'PasskeyPhrase' };

/** A second copy of a kit: an `age` file like the first, under a passphrase that is made from what a passkey answers. */
export interface PasskeyCopy {
  /** Of the credential that is to be asked. */
  readonly id: Uint8Array;
  readonly createdAt: Datetime;
  /** `did:key` of the recovery key that is in it: another kit has another. */
  readonly recoveryKey: string;
  /** Makes another passphrase of the same answer for every copy. */
  readonly salt: Uint8Array;
  readonly file: Uint8Array;
}

/** The name under which a vault keeps it. */
export const PASSKEY_COPY = 'passkey';

const VERSION = 1;
const INFO = 'holdfast: a copy of the recovery kit under a passkey, 1';
const ANSWER_SIZE = 32;
const SALT_SIZE = 32;
const MAX_ID_SIZE = 1023;

/**
 * Seals a kit once more, under what a passkey answered. The kit and the answer stay with the caller, who wipes them.
 * @throws KeysError as `sealKit`; KeyInvalid for an answer of another size
 */
export async function sealPasskeyCopy(kit: Kit, { id, answer, now }: { readonly id: Uint8Array; readonly answer: Uint8Array; readonly now: number }): Promise<PasskeyCopy> {
  if (id.length === 0 || id.length > MAX_ID_SIZE) throw new KeysError('KeyInvalid', { reason: 'credential' });
  const salt = crypto.getRandomValues(new Uint8Array(SALT_SIZE));
  const file = await sealKit(kit, await passkeyPhrase({ salt }, answer));
  return { id, createdAt: datetimeFromMs(now), recoveryKey: formatDidKey(kit.recovery.publicKey), salt, file };
}

/**
 * The text that opens a copy, from what the passkey answered.
 * @throws KeysError KeyInvalid for an answer of another size
 */
export async function passkeyPhrase({ salt }: Pick<PasskeyCopy, 'salt'>, answer: Uint8Array): Promise<PasskeyPhrase> {
  if (answer.length !== ANSWER_SIZE) throw new KeysError('KeyInvalid', { reason: 'length' });
  const own = new Uint8Array(answer);
  try {
    const key = await crypto.subtle.importKey('raw', own, 'HKDF', false, ['deriveBits']);
    const bits = await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(salt), info: new TextEncoder().encode(INFO) }, key, 8 * ANSWER_SIZE);
    const bytes = new Uint8Array(bits);
    const phrase = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    bytes.fill(0);
    return phrase as PasskeyPhrase;
  } finally {
    own.fill(0);
  }
}

/** A copy as bytes, for a vault. Nothing in them is secret without the passkey. */
export function encodePasskeyCopy({ id, createdAt, recoveryKey, salt, file }: PasskeyCopy): Uint8Array {
  return encodeCbor({ version: VERSION, id, createdAt, recoveryKey, salt, file });
}

/**
 * Reads a copy, of this house's vault or as a mirror gives it out: exactly the fields of its form.
 * @throws KeysError KitVersion, KitDamaged (`reason` names the field)
 */
export function decodePasskeyCopy(bytes: Uint8Array): PasskeyCopy {
  let found: unknown;
  try {
    found = decodeCbor(bytes);
  } catch {
    throw new KeysError('KitDamaged', { reason: 'encoding' });
  }
  if (typeof found !== 'object' || found === null) throw new KeysError('KitDamaged', { reason: 'copy' });
  const { version, id, createdAt, recoveryKey, salt, file, ...more } = found as Readonly<Record<string, unknown>>;
  if (typeof version === 'number' && version > VERSION) throw new KeysError('KitVersion');
  check(version === VERSION, 'version');
  check(isBytes(id, 1, MAX_ID_SIZE), 'id');
  check(typeof createdAt === 'string' && isDatetime(createdAt), 'createdAt');
  check(isKey(recoveryKey), 'recoveryKey');
  check(isBytes(salt, SALT_SIZE, SALT_SIZE), 'salt');
  check(isBytes(file, 1, Infinity), 'file');
  check(Object.keys(more).length === 0, 'fields');
  return { id, createdAt, recoveryKey, salt, file };
}

function check(isRight: boolean, reason: string): asserts isRight {
  if (!isRight) throw new KeysError('KitDamaged', { reason });
}

const isBytes = (value: unknown, least: number, most: number): value is Uint8Array => value instanceof Uint8Array && value.length >= least && value.length <= most;

function isKey(value: unknown): value is string {
  try {
    return typeof value === 'string' && formatDidKey(parseDidKey(value)) === value;
  } catch {
    return false;
  }
}
