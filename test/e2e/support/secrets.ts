import { base58btc } from 'multiformats/bases/base58';
import { openKit, wipeKit } from '../../../src/keys/index.ts';

/** A private key that a test knows, to look for where it must not be. */
export interface KnownSecret {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The private keys of a kit. */
export async function secretsOf(name: string, armored: string, passphrase: string): Promise<readonly KnownSecret[]> {
  const kit = await openKit(new TextEncoder().encode(armored), passphrase);
  const secrets = (['recovery', 'signing'] as const).map((key) => (
    { name: `${key} key of the ${name}`, bytes: kit[key].secret.reveal((bytes) => Buffer.from(bytes)) }
  ));
  wipeKit(kit);
  return secrets;
}

/** So many bytes of a key in a row are the key, whatever stands around them. */
const ENOUGH = 20;
/** Bytes at which each of the three places of base64 begins. */
const PLACES = [0, 1, 2];
/** How multikeys of a private key begin: P-256, K-256. */
const CODES = [[0x86, 0x26], [0x81, 0x26]];

/** Every form in which a private key may stand in a text or in bytes. */
function formsOf(secret: Buffer): readonly Buffer[] {
  const middle = secret.subarray(4, 4 + ENOUGH);
  const hex = middle.toString('hex');
  const base64 = PLACES.map((place) => {
    // Whatever stood before it shifts the letters; those on the border belong to both.
    const text = Buffer.concat([Buffer.alloc(place), secret]).toString('base64').replaceAll('=', '');
    return text.slice(place === 0 ? 0 : 4, -2);
  });
  const texts = [
    hex, hex.toUpperCase(), ...base64, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ...CODES.map((code) => base58btc.encode(Buffer.concat([Buffer.from(code), secret]))), base58btc.encode(secret).slice(1),
    [...middle].join(','), [...middle].join(', '),
  ];
  return [middle, ...texts.map((text) => Buffer.from(text)), ...texts.slice(0, 2).map((text) => Buffer.from(text, 'utf16le'))];
}

/** What of the secrets stands in these bytes, in any form, by name. */
export function found(haystack: Buffer, secrets: readonly KnownSecret[]): readonly string[] {
  return secrets.filter(({ bytes }) => formsOf(bytes).some((form) => haystack.includes(form))).map(({ name }) => name);
}
