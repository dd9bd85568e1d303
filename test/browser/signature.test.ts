import {
  createP256Signer, formatDidKey, generateP256Key, isStrictSignature, normalizeLowS, parseDidKey, verifySignature,
} from '../../src/protocol/index.ts';
import { verifySignature as web } from '../../src/protocol/signature.web.ts';
import { seededK256Signer, seededP256Signer } from '../../src/testing/index.ts';
import { equal, equalBytes, ok } from './assert.ts';
import { checkCount, fromBase64, fromHex, vectorJson } from './vectors.ts';
import { highS } from './high-s.ts';
import type { PublicKey } from '../../src/protocol/index.ts';

const CRYPTO = 'atproto-interop-tests/crypto';

interface SignatureVector {
  readonly comment: string;
  readonly messageBase64: string;
  readonly publicKeyDid: string;
  readonly signatureBase64: string;
  readonly validSignature: boolean;
}

interface KeyVector {
  readonly privateKeyBytesHex?: string;
  readonly publicDidKey: string;
}

describe('signatures of the browser', () => {
  it('are verified by the variant for the web', () => ok(verifySignature === web, 'the browser got another variant'));

  it('agree with the public vectors', async () => {
    const vectors = await vectorJson<SignatureVector[]>(`${CRYPTO}/signature-fixtures.json`);
    for (const { comment, messageBase64, publicKeyDid, signatureBase64, validSignature } of vectors) {
      const key = parseDidKey(publicKeyDid);
      const valid = await verifySignature(key, fromBase64(messageBase64), fromBase64(signatureBase64));
      ok(valid === validSignature, `${comment}: ${valid}`);
    }
    await checkCount('crypto signatures', vectors.length);
  });

  it('read and write the keys of the public vectors, and verify what they sign', async () => {
    let count = 0;
    for (const [file, algorithm] of [['w3c_didkey_K256.json', 'k256'], ['w3c_didkey_P256.json', 'p256']] as const) {
      for (const { privateKeyBytesHex, publicDidKey } of await vectorJson<KeyVector[]>(`${CRYPTO}/${file}`)) {
        const key = parseDidKey(publicDidKey);
        equal(key.algorithm, algorithm);
        equal(formatDidKey(key), publicDidKey);
        count++;
        if (privateKeyBytesHex === undefined) continue;
        const signer = await seededK256Signer(fromHex(privateKeyBytesHex));
        equalBytes(signer.publicKey.bytes, key.bytes);
        const message = new TextEncoder().encode(publicDidKey);
        equal(await verifySignature(key, message, await signer.sign(message)), true);
      }
    }
    await checkCount('crypto did:key', count);
  });

  for (const [name, make] of [['P-256', seededP256Signer], ['K-256', seededK256Signer]] as const) {
    it(`are valid by one key, for one message, in one form (${name})`, async () => {
      const { publicKey, sign } = await make(new Uint8Array(32).fill(7));
      const { publicKey: another } = await make(new Uint8Array(32).fill(8));
      const { algorithm, bytes } = publicKey;
      const message = new TextEncoder().encode('one message');
      const signature = await sign(message);
      const high = highS(algorithm, signature);
      equal(await verifySignature(publicKey, message, signature), true);
      ok(!isStrictSignature(algorithm, high), 'the other s is not high');
      equalBytes(normalizeLowS(algorithm, high), signature);
      const nowhere: PublicKey = { algorithm, bytes: Uint8Array.of(2, ...new Uint8Array(31), algorithm === 'k256' ? 5 : 1) };
      const refused: readonly (readonly [what: string, key: PublicKey, message: Uint8Array, signature: Uint8Array])[] = [
        ['the high s', publicKey, message, high],
        ['another key', another, message, signature],
        ['another message', publicKey, message.subarray(1), signature],
        ['a byte less', publicKey, message, signature.subarray(1)],
        ['r and s the other way round', publicKey, message, Uint8Array.of(...signature.subarray(32), ...signature.subarray(0, 32))],
        ['no bytes', publicKey, message, new Uint8Array(0)],
        ['zeros', publicKey, message, new Uint8Array(64)],
        ['a point that is not on the curve', nowhere, message, signature],
        ['half a key', { algorithm, bytes: bytes.subarray(0, 16) }, message, signature],
      ];
      for (const [what, key, text, bytesOfIt] of refused) {
        ok(!(await verifySignature(key, text, bytesOfIt)), `${what} was accepted`);
      }
    });
  }
});

describe('a P-256 key of the browser', () => {
  it('cannot be read, and signs with a low s, 64 times of 64', async () => {
    const pair = await generateP256Key(false);
    for (const format of ['pkcs8', 'jwk'] as const) {
      const outcome = await crypto.subtle.exportKey(format, pair.privateKey).then(() => 'given out', (error: Error) => error.name);
      equal(outcome, 'InvalidAccessError');
    }
    const signer = await createP256Signer(pair);
    equal(formatDidKey(parseDidKey(formatDidKey(signer.publicKey))), formatDidKey(signer.publicKey));
    let high = 0;
    for (let i = 0; i < 64; i++) {
      const message = crypto.getRandomValues(new Uint8Array(i * 7));
      const signature = await signer.sign(message);
      ok(isStrictSignature('p256', signature), `signature ${i} is not strict`);
      equal(await verifySignature(signer.publicKey, message, signature), true);
      const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, message);
      if (!isStrictSignature('p256', new Uint8Array(raw))) high++;
    }
    ok(high > 0, 'the browser itself made no high s, so nothing was tried');
  });

  it('comes back from storage as the same signer', async () => {
    const pair = await generateP256Key(false);
    const { port1, port2 } = new MessageChannel();
    // What IndexedDB keeps is made by the same structured clone.
    const cloned = new Promise<CryptoKeyPair>((resolve) => {
      port2.addEventListener('message', ({ data }) => resolve(data as CryptoKeyPair));
      port2.start();
    });
    port1.postMessage({ publicKey: pair.publicKey, privateKey: pair.privateKey });
    const again = await createP256Signer(await cloned);
    port1.close();
    const { publicKey } = await createP256Signer(pair);
    equalBytes(again.publicKey.bytes, publicKey.bytes);
    const message = Uint8Array.of(1, 2, 3);
    equal(await verifySignature(publicKey, message, await again.sign(message)), true);
  });
});
