import { armor, Encrypter } from 'age-encryption';
import { KeysError } from './errors.ts';
import { importKeyPair } from './key-pair.ts';
import { decodeKit, encodeKit } from './kit-codec.ts';
import { wipeKit } from './kit.ts';
import { passphraseDecrypter } from './passphrase-decrypter.ts';
import { sameBytes } from './secret.ts';
import type { Stanza } from 'age-encryption';
import type { Kit, KitKey } from './kit.ts';
import type { PasskeyPhrase } from './passkey-copy.ts';
import type { Passphrase } from './passphrase.ts';

/** log₂ of the scrypt work for a new kit: 16 MiB. A generated passphrase needs no more, and phones have to do it. */
const WORK_FACTOR = 14;
/** The most that a file may ask for: 1 GiB. Kits that the `age` program sealed again have 18. */
const MAX_WORK_FACTOR = 20;
/** Bytes of a file, armored or not. A kit of the largest size fits, armored. */
const MAX_FILE_SIZE = 96 * 1024;
const ARMOR_START = '-----BEGIN AGE ENCRYPTED FILE-----';

/**
 * Seals a kit as an `age` file (https://age-encryption.org/v1) under a generated passphrase; the `age` program opens it
 * too. What is returned has been opened again and compared: a kit that cannot be opened is never handed out.
 * Takes some tenths of a second without a pause. The keys stay with the caller, who wipes them.
 * @throws KeysError KeyMismatch, KeyInvalid; KitDamaged when a field would not be read again
 */
export async function sealKit(kit: Kit, passphrase: Passphrase | PasskeyPhrase): Promise<Uint8Array> {
  const plain = encodeKit(kit);
  try {
    const encrypter = new Encrypter();
    encrypter.setPassphrase(passphrase);
    encrypter.setScryptWorkFactor(WORK_FACTOR);
    const file = await encrypter.encrypt(plain);
    const opened = await openKit(file, passphrase);
    const again = encodeKit(opened);
    const same = opened.recovery.secret.equals(kit.recovery.secret) && opened.signing.secret.equals(kit.signing.secret)
      && sameBytes(again, plain);
    again.fill(0);
    wipeKit(opened);
    if (!same) throw new KeysError('KitDamaged', { reason: 'read back' });
    return file;
  } finally {
    plain.fill(0);
  }
}

/**
 * Opens a kit, armored or not, and tries its P-256 keys. The passphrase is taken as it is: a generated one goes through
 * `parsePassphrase` first. May work for seconds without a pause where the file asks for it. Whoever gets the kit wipes
 * its keys (`wipeKit`).
 * @throws KeysError KitPassphrase, KitDamaged, KitTooLarge, KitVersion, KitWorkFactor, KeyMismatch, KeyInvalid
 */
export async function openKit(file: Uint8Array, passphrase: string): Promise<Kit> {
  if (file.length > MAX_FILE_SIZE) throw new KeysError('KitTooLarge');
  const plain = await decrypt(unarmored(file), passphrase);
  let kit: Kit;
  try {
    kit = decodeKit(plain);
  } finally {
    plain.fill(0);
  }
  try {
    await checkKey(kit.recovery);
    await checkKey(kit.signing);
    return kit;
  } catch (error) {
    wipeKit(kit);
    throw error;
  }
}

/** A sealed kit as text, to copy or to print. */
export function armorKit(file: Uint8Array): string {
  return armor.encode(file);
}

async function checkKey({ publicKey, secret }: KitKey): Promise<void> {
  if (publicKey.algorithm !== 'p256') return;
  const found = await importKeyPair(secret);
  if (!sameBytes(found.publicKey.bytes, publicKey.bytes)) throw new KeysError('KeyMismatch');
}

function unarmored(file: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(file);
  if (!text.trimStart().startsWith(ARMOR_START)) return file;
  try {
    return armor.decode(text);
  } catch {
    throw new KeysError('KitDamaged', { reason: 'armor' });
  }
}

async function decrypt(file: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const { decrypter, isRight } = passphraseDecrypter(passphrase, { unwrapFileKey: refuseOtherStanzas });
  try {
    return await decrypter.decrypt(file);
  } catch (error) {
    if (error instanceof KeysError) throw error;
    if (!isRight()) throw new KeysError('KitPassphrase');
    // No memory for what scrypt wants.
    if (error instanceof RangeError) throw new KeysError('KitWorkFactor');
    throw new KeysError('KitDamaged', { reason: 'file' });
  }
}

/** Sees to it that nothing costly is begun for a file that is no kit. It has no key itself. */
function refuseOtherStanzas(stanzas: readonly Stanza[]): null {
  const [type, , work] = stanzas[0]?.args ?? [];
  if (stanzas.length !== 1 || type !== 'scrypt' || work === undefined || !/^[1-9]\d*$/.test(work)) {
    throw new KeysError('KitDamaged', { reason: 'header' });
  }
  if (Number(work) > MAX_WORK_FACTOR) throw new KeysError('KitWorkFactor');
  return null;
}
