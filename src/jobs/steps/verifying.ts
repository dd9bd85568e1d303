import { parseDidKey, verifySignature } from '../../protocol/index.ts';
import { check } from '../errors.ts';

/** `{ "hello": "world" }` in DAG-CBOR, which the public vectors of the protocol sign. */
const MESSAGE = 'oWVoZWxsb2V3b3JsZA';

/** From the same vectors: a key, its signature, and the one with the high s that anyone can make from it. */
const KNOWN_SIGNATURES = [
  {
    curve: 'P-256',
    key: 'did:key:zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo',
    low: '2vZNsG3UKvvO/CDlrdvyZRISOFylinBh0Jupc6KcWoJWExHptCfduPleDbG3rko3YZnn9Lw0IjpixVmexJDegg',
    high: '2vZNsG3UKvvO/CDlrdvyZRISOFylinBh0Jupc6KcWoKp7O4VS9giSAah8k5IUbXIW00SuOrjfEqQ9HEkN9JGzw',
  },
  {
    curve: 'K-256',
    key: 'did:key:zQ3shqwJEJyMBsBXCWyCBpUBMqxcon9oHB7mCvx4sSpMdLJwc',
    low: '5WpdIuEUUfVUYaozsi8G0B3cWO09cgZbIIwg1t2YKdUn/FEznOndsz/qgiYb89zwxYCbB71f7yQK5Lr7NasfoA',
    high: '5WpdIuEUUfVUYaozsi8G0B3cWO09cgZbIIwg1t2YKdXYA67MYxYiTMAVfdnkDCMN9S5B3vHosRe07aORmoshoQ',
  },
] as const;

/** Verifies signatures of others: of P-256, which the browser knows, and of K-256, which is loaded for it. */
export async function checkVerifying(): Promise<string> {
  const message = fromBase64(MESSAGE);
  const changed = message.slice();
  changed[0]! ^= 1;
  for (const { curve, key, low, high } of KNOWN_SIGNATURES) {
    const publicKey = parseDidKey(key);
    const signature = fromBase64(low);
    check(await verifySignature(publicKey, message, signature), `a valid signature of ${curve} is refused`);
    check(!(await verifySignature(publicKey, changed, signature)), `a signature of ${curve} fits another message`);
    check(!(await verifySignature(publicKey, message, fromBase64(high))), `a second signature of ${curve} is accepted`);
  }
  return `${KNOWN_SIGNATURES.map(({ curve }) => curve).join(' and ')}, a changed message and a high s refused`;
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
