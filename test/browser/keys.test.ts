import {
  armorKit, generatePassphrase, importKeyPair, KeysError, openKit, parsePassphrase, sealedKeyPair, sealKit, Secret, wipeKit,
} from '../../src/keys/index.ts';
import { createP256Signer, formatDidKey, isStrictSignature, verifySignature } from '../../src/protocol/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import { equal, equalBytes, ok, rejectedBy } from './assert.ts';
import type { Kit, Passphrase } from '../../src/keys/index.ts';
import type { P256KeyPair, PublicKey } from '../../src/protocol/index.ts';

const DID = 'did:plc:z72i7hdynmk6r22z27h6tvur' as Kit['did'];
const CREATED = '2026-11-24T04:47:59.000Z' as Kit['createdAt'];

/** Both keys of an account, made as an account makes them. */
async function newAccount(passphrase: Passphrase) {
  return await sealedKeyPair(async (signing, signingKey) => {
    const recovery = await sealedKeyPair((secret, publicKey) => sealKit({
      did: DID, createdAt: CREATED, signing: { secret: signing, publicKey: signingKey }, recovery: { secret, publicKey },
    }, passphrase));
    return { file: recovery.sealed, recoveryKey: recovery.publicKey };
  });
}

async function signsFor(pair: P256KeyPair, publicKey: PublicKey): Promise<void> {
  const signer = await createP256Signer(pair);
  for (let i = 0; i < 8; i++) {
    const message = Uint8Array.of(i);
    const signature = await signer.sign(message);
    ok(isStrictSignature('p256', signature), 'a high s');
    ok(await verifySignature(publicKey, message, signature), 'not a signature of this key');
  }
}

describe('keys in a browser', () => {
  it('are made, sealed, opened again, and sign the same', async () => {
    const passphrase = generatePassphrase();
    const { pair, publicKey, sealed } = await newAccount(passphrase);
    await signsFor(pair, publicKey);
    const kit = await openKit(new TextEncoder().encode(armorKit(sealed.file)), parsePassphrase(passphrase.toLowerCase()));
    equal(kit.did, DID);
    equalBytes(kit.signing.publicKey.bytes, publicKey.bytes);
    equalBytes(kit.recovery.publicKey.bytes, sealed.recoveryKey.bytes);
    for (const key of [kit.signing, kit.recovery]) await signsFor((await importKeyPair(key.secret)).pair, key.publicKey);
    wipeKit(kit);
  });

  it('cannot be read, new or restored', async () => {
    const { pair } = await sealedKeyPair(async () => undefined);
    const restored = await importKeyPair(new Secret(new Uint8Array(32).fill(7)));
    for (const { privateKey } of [pair, restored.pair]) {
      equal(privateKey.extractable, false);
      for (const form of ['pkcs8', 'jwk'] as const) {
        const error = await rejectedBy(() => crypto.subtle.exportKey(form, privateKey), DOMException);
        equal(error.name, 'InvalidAccessError');
      }
    }
  });

  it('come back from 32 bytes as every other browser has them, with either parity', async () => {
    const parities = new Set<number | undefined>();
    for (let seed = 1; seed <= 12; seed++) {
      const bytes = new Uint8Array(32).fill(seed);
      const { publicKey, pair } = await importKeyPair(new Secret(bytes.slice()));
      equal(formatDidKey(publicKey), formatDidKey((await seededP256Signer(bytes)).publicKey));
      await signsFor(pair, publicKey);
      parities.add(publicKey.bytes[0]);
    }
    equal(parities.size, 2);
    for (const none of [0, 0xff]) {
      const error = await rejectedBy(() => importKeyPair(new Secret(new Uint8Array(32).fill(none))), KeysError);
      equal(error.code, 'KeyInvalid');
    }
  });

  it('stay sealed for another passphrase, and in a file that was changed', async () => {
    const passphrase = generatePassphrase();
    const { sealed: { file } } = await newAccount(passphrase);
    equal((await rejectedBy(() => openKit(file, generatePassphrase()), KeysError)).code, 'KitPassphrase');
    for (const at of [0, file.length - 1, file.length - 200]) {
      const changed = file.slice();
      changed[at]! ^= 1;
      equal((await rejectedBy(() => openKit(changed, passphrase), KeysError)).code, 'KitDamaged');
    }
    equal((await rejectedBy(() => openKit(file.subarray(0, -1), passphrase), KeysError)).code, 'KitDamaged');
  });

  it('show in no message to another context', async () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
    const { port1, port2 } = new MessageChannel();
    const arrived = new Promise<unknown>((resolve) => {
      port2.addEventListener('message', ({ data }) => resolve(data), { once: true });
      port2.start();
    });
    port1.postMessage({ secret: new Secret(bytes) });
    equal(JSON.stringify(await arrived), '{"secret":{}}');
    port1.close();
  });
});
