import { check, CheckError } from '../errors.ts';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ECDSA = { name: 'ECDSA', hash: 'SHA-256' } as const;

/**
 * Makes a P-256 key that the page cannot read, signs and verifies with it, and sees that a changed message and an
 * attempt to export the key are refused. The key is forgotten afterwards.
 */
export async function checkSigning(): Promise<string> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(P256, false, ['sign', 'verify']);
  const message = crypto.getRandomValues(new Uint8Array(256));
  const signature = await crypto.subtle.sign(ECDSA, privateKey, message);
  check(signature.byteLength === 64, `a signature has ${signature.byteLength} bytes instead of 64`);
  check(await crypto.subtle.verify(ECDSA, publicKey, signature, message), 'a signature does not verify');
  message[0]! ^= 1;
  check(!(await crypto.subtle.verify(ECDSA, publicKey, signature, message)), 'a changed message still verifies');
  await refusesExport(privateKey);
  return 'P-256, signed, verified, export refused';
}

async function refusesExport(key: CryptoKey): Promise<void> {
  try {
    await crypto.subtle.exportKey('pkcs8', key);
  } catch {
    return;
  }
  throw new CheckError('this browser gives out a key that was made not to be copied');
}
