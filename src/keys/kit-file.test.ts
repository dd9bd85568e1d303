import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { encode } from '@ipld/dag-cbor';
import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createP256Signer, parseDidKey, verifySignature } from '../protocol/index.ts';
import { seededK256Signer } from '../testing/index.ts';
import { KeysError } from './errors.ts';
import { importKeyPair, sealedKeyPair } from './key-pair.ts';
import { decodeKit, encodeKit, MAX_KIT_SIZE } from './kit-codec.ts';
import { armorKit, openKit, sealKit } from './kit-file.ts';
import { wipeKit } from './kit.ts';
import { generatePassphrase } from './passphrase.ts';
import { Secret } from './secret.ts';
import type { Datetime, Did, Handle, Tid } from '../protocol/index.ts';
import type { Kit, KitKey } from './kit.ts';

const RECOVERY = new Uint8Array(32).fill(0x5a);
const SIGNING = Uint8Array.from({ length: 32 }, (_, index) => index + 65);
const PASSPHRASE = generatePassphrase();

async function keyOf(bytes: Uint8Array): Promise<KitKey> {
  const secret = new Secret(bytes.slice());
  return { secret, publicKey: (await importKeyPair(secret)).publicKey };
}

async function kitOf(change: Partial<Kit> = {}): Promise<Kit> {
  return {
    did: 'did:plc:z72i7hdynmk6r22z27h6tvur' as Did, createdAt: '2026-11-24T04:47:59.000Z' as Datetime,
    recovery: await keyOf(RECOVERY), signing: await keyOf(SIGNING), ...change,
  };
}

const FULL = {
  handle: 'alice.example' as Handle, mirror: 'https://mirror.example', genesis: Uint8Array.of(0xa1, 0x61, 0x61, 1),
  rev: '3jzfcijpj2z2a' as Tid,
};

/** The same kit as `age` makes it with the least work, so that hundreds can be tried. */
async function sealedBy(plain: Uint8Array | string, passphrase: string = PASSPHRASE, work = 1): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(work);
  return await encrypter.encrypt(plain);
}

const withWork = (file: Uint8Array, work: string) => {
  const text = Buffer.from(file).toString('latin1').replace(/^(.*\n-> scrypt \S+) \d+\n/, `$1 ${work}\n`);
  return new Uint8Array(Buffer.from(text, 'latin1'));
};

/** The refusal, which must be one of ours and say nothing of the keys or the passphrase. */
async function refusal(run: Promise<unknown> | (() => unknown)): Promise<KeysError> {
  try {
    await (typeof run === 'function' ? run() : run);
  } catch (error) {
    assert.ok(error instanceof KeysError, inspect(error));
    assert.equal(error.cause, undefined);
    saysNothing(inspect(error, { showHidden: true, depth: 9 }) + JSON.stringify(error));
    return error;
  }
  return assert.fail('nothing was refused');
}

function saysNothing(text: string): void {
  for (const bytes of [RECOVERY, SIGNING].map((key) => key.subarray(4, 10))) {
    for (const form of ['hex', 'latin1', 'base64', 'base64url'] as const) {
      assert.ok(!text.toLowerCase().includes(Buffer.from(bytes).toString(form).slice(0, 6).toLowerCase()), text);
    }
    assert.ok(!text.includes(bytes.join(',')) && !text.includes(bytes.join(', ')), text);
  }
  assert.ok(!text.includes(PASSPHRASE.slice(0, 5)), text);
}

const codeOf = async (run: Promise<unknown> | (() => unknown)) => (await refusal(run)).code;

describe('a sealed kit', () => {
  let kit: Kit;
  let file: Uint8Array;
  before(async () => {
    kit = await kitOf(FULL);
    file = await sealKit(kit, PASSPHRASE);
  });

  it('opens as what it was, armored too, and its keys sign', async () => {
    const text = armorKit(file);
    const forms = [text, `\r\n${text.replaceAll('\n', '\r\n')}\n`].map((armored) => new TextEncoder().encode(armored));
    for (const form of [file, ...forms]) {
      const opened = await openKit(form, PASSPHRASE);
      const { recovery, signing, ...facts } = opened;
      const { recovery: _recovery, signing: _signing, ...expected } = kit;
      assert.deepEqual(facts, expected);
      for (const [key, wanted] of [[recovery, kit.recovery], [signing, kit.signing]] as const) {
        assert.ok(key.secret.equals(wanted.secret));
        const signer = await createP256Signer((await importKeyPair(key.secret)).pair);
        const message = Uint8Array.of(1, 2, 3);
        assert.ok(await verifySignature(wanted.publicKey, message, await signer.sign(message)));
      }
      saysNothing(JSON.stringify(opened) + inspect(opened, { showHidden: true, depth: 9 }));
      wipeKit(opened);
      assert.throws(() => signing.secret.reveal(() => 1), { code: 'SecretWiped' });
    }
  });

  it('leaves the keys of its maker alone, and does with the least that a kit needs', async () => {
    assert.ok(kit.signing.secret.reveal((bytes) => bytes.every((byte, index) => byte === SIGNING[index])));
    const least = await kitOf();
    const { recovery, signing, ...facts } = await openKit(await sealKit(least, PASSPHRASE), PASSPHRASE);
    assert.deepEqual(facts, { did: least.did, createdAt: least.createdAt });
    assert.ok(recovery.secret.equals(least.recovery.secret) && signing.secret.equals(least.signing.secret));
  });

  it('is made while both new keys are extractable for one moment', async () => {
    const { did, createdAt } = kit;
    const account = await sealedKeyPair(async (signing, signingKey) => (await sealedKeyPair((recovery, recoveryKey) => sealKit({
      did, createdAt, signing: { secret: signing, publicKey: signingKey }, recovery: { secret: recovery, publicKey: recoveryKey },
    }, PASSPHRASE))).sealed);
    const opened = await openKit(account.sealed, PASSPHRASE);
    assert.deepEqual(opened.signing.publicKey, account.publicKey);
    const again = await importKeyPair(opened.signing.secret);
    const message = Uint8Array.of(7);
    const signature = await (await createP256Signer(again.pair)).sign(message);
    assert.ok(await verifySignature(account.publicKey, message, signature));
  });

  it('is an age file like any other', async () => {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(PASSPHRASE);
    const plain = await decrypter.decrypt(file);
    assert.deepEqual(plain, encodeKit(kit));
    assert.deepEqual(await decrypter.decrypt(armor.decode(armorKit(file))), plain);
    assert.match(Buffer.from(file).toString('latin1'), /^age-encryption\.org\/v1\n-> scrypt \S{22} 14\n/);
  });

  it('may have been sealed by age, with a passphrase of any kind', async () => {
    const opened = await openKit(await sealedBy(encodeKit(kit), 'of my own', 12), 'of my own');
    assert.ok(opened.recovery.secret.equals(kit.recovery.secret));
  });

  it('may hold a K-256 key of an imported account', async () => {
    const { publicKey } = await seededK256Signer(SIGNING);
    const imported = await kitOf({ signing: { publicKey, secret: new Secret(SIGNING.slice()) } });
    assert.deepEqual((await openKit(await sealKit(imported, PASSPHRASE), PASSPHRASE)).signing.publicKey, publicKey);
  });

  it('does not open with another passphrase', async () => {
    for (const other of [generatePassphrase(), PASSPHRASE.toLowerCase(), PASSPHRASE.replaceAll('-', ''), '']) {
      assert.equal(await codeOf(openKit(file, other)), 'KitPassphrase');
    }
  });

  it('is not made with a key that does not fit, or a field that would not be read again', async () => {
    const [one, other] = [await keyOf(RECOVERY), await keyOf(SIGNING)];
    const crossed = await kitOf({ signing: { publicKey: one.publicKey, secret: other.secret } });
    assert.equal(await codeOf(sealKit(crossed, PASSPHRASE)), 'KeyMismatch');
    const noKey = await kitOf({ recovery: { publicKey: one.publicKey, secret: new Secret(new Uint8Array(32)) } });
    assert.equal(await codeOf(sealKit(noKey, PASSPHRASE)), 'KeyInvalid');
    const error = await refusal(sealKit(await kitOf({ mirror: 'data:,mirror' }), PASSPHRASE));
    assert.deepEqual([error.code, error.details['reason']], ['KitDamaged', 'mirror']);
  });

  it('wipes what it decrypted, also when it is refused', async (context) => {
    const plain: Uint8Array[] = [];
    const decrypt = Decrypter.prototype.decrypt as (file: Uint8Array) => Promise<Uint8Array>;
    context.mock.method(Decrypter.prototype, 'decrypt', async function decrypting(this: Decrypter, sealed: Uint8Array) {
      const bytes = await decrypt.call(this, sealed);
      assert.ok(bytes.some((byte) => byte !== 0));
      plain.push(bytes);
      return bytes;
    });
    await openKit(file, PASSPHRASE);
    await sealKit(kit, PASSPHRASE);
    await refusal(openKit(await sealedBy('no kit at all'), PASSPHRASE));
    assert.equal(plain.length, 3);
    for (const bytes of plain) assert.ok(bytes.every((byte) => byte === 0));
  });

  it('wipes what it encrypted', async (context) => {
    let plain = new Uint8Array(0);
    const encrypt = Encrypter.prototype.encrypt as (file: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
    context.mock.method(Encrypter.prototype, 'encrypt', function encrypting(this: Encrypter, bytes: Uint8Array<ArrayBuffer>) {
      plain = bytes;
      return encrypt.call(this, bytes);
    });
    await sealKit(kit, PASSPHRASE);
    assert.ok(plain.length > 100 && plain.every((byte) => byte === 0));
  });
});

describe('a damaged kit is refused with one of our codes', () => {
  let file: Uint8Array;
  before(async () => {
    file = await sealedBy(encodeKit(await kitOf(FULL)));
  });

  it('with any bit of any byte changed', async () => {
    const seen = new Map<string, number>();
    for (let at = 0; at < file.length; at++) {
      const changed = file.slice();
      changed[at]! ^= 1 << (at % 8);
      const code = await codeOf(openKit(changed, PASSPHRASE));
      assert.ok(['KitPassphrase', 'KitDamaged', 'KitWorkFactor'].includes(code), `${at}: ${code}`);
      seen.set(code, (seen.get(code) ?? 0) + 1);
    }
    assert.ok(seen.get('KitDamaged')! > 300 && seen.get('KitPassphrase')! > 20, inspect(seen));
  });

  it('cut short anywhere, or made longer', async () => {
    for (let length = 0; length < file.length; length += 3) {
      assert.equal(await codeOf(openKit(file.slice(0, length), PASSPHRASE)), 'KitDamaged');
    }
    assert.equal(await codeOf(openKit(new Uint8Array([...file, 0]), PASSPHRASE)), 'KitDamaged');
  });

  it('with changed armor', async () => {
    const text = armorKit(file);
    for (const wrong of [text.slice(0, -4), text.replace('\n', '\n\n'), text.replace(/\n./, '\n*')]) {
      assert.equal(await codeOf(openKit(new TextEncoder().encode(wrong), PASSPHRASE)), 'KitDamaged');
    }
  });

  it('when it asks for too much work, before any of it is done', async (context) => {
    for (const work of ['21', '30', '64', '9'.repeat(400)]) {
      assert.equal(await codeOf(openKit(withWork(file, work), PASSPHRASE)), 'KitWorkFactor');
    }
    for (const work of ['0', '01', '1.5', '-1', '1e1', 'x']) {
      assert.equal(await codeOf(openKit(withWork(file, work), PASSPHRASE)), 'KitDamaged');
    }
    // A machine without the memory for it.
    context.mock.method(Decrypter.prototype, 'decrypt', () => Promise.reject(new RangeError('Array buffer allocation failed')));
    assert.equal(await codeOf(openKit(file, PASSPHRASE)), 'KitWorkFactor');
  });

  it('when it has another lock than one passphrase', async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(await identityToRecipient(await generateX25519Identity()));
    assert.equal(await codeOf(openKit(await encrypter.encrypt('x'), PASSPHRASE)), 'KitDamaged');
    const text = Buffer.from(file).toString('latin1');
    const stanza = /-> scrypt[^\n]*\n[^\n]*\n/.exec(text)![0];
    const twice = new Uint8Array(Buffer.from(text.replace(stanza, stanza + stanza), 'latin1'));
    assert.equal(await codeOf(openKit(twice, PASSPHRASE)), 'KitDamaged');
  });

  it('when it is too large, sealed or opened', async () => {
    assert.equal(await codeOf(openKit(new Uint8Array(96 * 1024 + 1), PASSPHRASE)), 'KitTooLarge');
    assert.equal(await codeOf(openKit(await sealedBy(new Uint8Array(MAX_KIT_SIZE + 1)), PASSPHRASE)), 'KitTooLarge');
    assert.equal(await codeOf(openKit(await sealedBy(new Uint8Array(MAX_KIT_SIZE)), PASSPHRASE)), 'KitDamaged');
  });

  it('when its keys do not fit together', async () => {
    const [one, other] = [await keyOf(RECOVERY), await keyOf(SIGNING)];
    const crossed = encodeKit(await kitOf({ signing: { publicKey: one.publicKey, secret: other.secret } }));
    assert.equal(await codeOf(openKit(await sealedBy(crossed), PASSPHRASE)), 'KeyMismatch');
  });
});

describe('the form of a kit', () => {
  const RECOVERY_KEY = 'did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169';
  const fields = () => ({
    version: 1, did: 'did:web:alice.example', createdAt: '2026-11-24T04:47:59Z',
    recovery: { algorithm: 'p256', publicKey: RECOVERY_KEY, secret: RECOVERY.slice() },
    signing: { algorithm: 'p256', publicKey: RECOVERY_KEY, secret: SIGNING.slice() },
  });

  it('is read and written in one encoding', () => {
    const bytes = encode(fields());
    const kit = decodeKit(bytes);
    assert.deepEqual(kit.recovery.publicKey, parseDidKey(RECOVERY_KEY));
    assert.deepEqual(encodeKit(kit), new Uint8Array(bytes));
  });

  const key = fields().signing;
  const { did: _did, ...noDid } = fields();
  const { signing: _signing, ...noSigning } = fields();
  const refused: readonly (readonly [what: string, value: unknown, code: string, reason?: string])[] = [
    ['of a later version', { ...fields(), version: 2, more: true }, 'KitVersion'],
    ['of no version', { ...fields(), version: 0 }, 'KitDamaged', 'version'],
    ['with a text for its version', { ...fields(), version: '1' }, 'KitDamaged', 'version'],
    ['with a field too many', { ...fields(), note: 'x' }, 'KitDamaged', 'unknown field'],
    ['without a DID', noDid, 'KitDamaged', 'did'],
    ['without a key', noSigning, 'KitDamaged', 'signing'],
    ['with a bad DID', { ...fields(), did: 'did:' }, 'KitDamaged', 'did'],
    ['with a bad handle', { ...fields(), handle: 'alice' }, 'KitDamaged', 'handle'],
    ['with no handle, said twice', { ...fields(), handle: null }, 'KitDamaged', 'handle'],
    ['with a bad rev', { ...fields(), rev: 'x' }, 'KitDamaged', 'rev'],
    ['with a bad time', { ...fields(), createdAt: 'today' }, 'KitDamaged', 'createdAt'],
    ['with a mirror of another scheme', { ...fields(), mirror: 'ftp://mirror.example' }, 'KitDamaged', 'mirror'],
    ['with an endless mirror', { ...fields(), mirror: `https://${'m'.repeat(2048)}` }, 'KitDamaged', 'mirror'],
    ['with an empty genesis', { ...fields(), genesis: new Uint8Array(0) }, 'KitDamaged', 'genesis'],
    ['with an endless genesis', { ...fields(), genesis: new Uint8Array(8193) }, 'KitDamaged', 'genesis'],
    ['with a field too many in a key', { ...fields(), signing: { ...key, more: 1 } }, 'KitDamaged', 'unknown field'],
    ['with a short key', { ...fields(), signing: { ...key, secret: new Uint8Array(31) } }, 'KitDamaged', 'signing'],
    ['with another algorithm than the key has', { ...fields(), signing: { ...key, algorithm: 'k256' } }, 'KitDamaged', 'signing'],
    ['with an algorithm that nobody knows', { ...fields(), signing: { ...key, algorithm: 'ed25519' } }, 'KitDamaged', 'signing'],
    ['with no public key', { ...fields(), recovery: { ...key, publicKey: 'did:key:z' } }, 'KitDamaged', 'recovery'],
    ['with a list for a key', { ...fields(), recovery: [1] }, 'KitDamaged', 'recovery'],
    ['that is a list', [fields()], 'KitDamaged', 'encoding'],
    ['that is bytes', RECOVERY, 'KitDamaged', 'encoding'],
    ['that is nothing', null, 'KitDamaged', 'encoding'],
  ];
  for (const [what, value, code, reason] of refused) {
    it(`is not one ${what}`, async () => {
      const error = await refusal(() => decodeKit(encode(value)));
      assert.deepEqual([error.code, error.details['reason']], [code, reason]);
    });
  }

  it('is not one in another encoding', async () => {
    const right = Buffer.from(encode(fields())).toString('hex');
    // `did` and `signing` of the outer map in another place; a version of two bytes; a tag; bytes at the end.
    const version = Buffer.from('\x67version\x01', 'latin1').toString('hex');
    assert.ok(right.includes(version));
    const moved = `a5${version}${right.slice(2).replace(version, '')}`;
    const changed = [moved, right.replace(version, `${version.slice(0, -2)}1801`), `d9d9f7${right}`, `${right}00`];
    for (const hex of changed) {
      const error = await refusal(() => decodeKit(new Uint8Array(Buffer.from(hex, 'hex'))));
      assert.deepEqual([error.code, error.details['reason']], ['KitDamaged', 'encoding']);
    }
  });
});
