import assert from 'node:assert/strict';
import { test } from 'node:test';
import { P256Keypair, Secp256k1Keypair } from '@atproto/crypto';
import * as oracle from '@did-plc/lib';
import { decode } from '@ipld/dag-cbor';
import fc from 'fast-check';
import { cidOf, formatDidKey, parseCid } from '../protocol/index.ts';
import type { Handle, Signer } from '../protocol/index.ts';
import { seededK256Signer, seededP256Signer } from '../testing/index.ts';
import {
  genesisDid, operationCid, operationOf, plcDataOf, PlcError, PLC_LIMITS, readOperation, signOperation, unsignedBytes,
} from './index.ts';
import type { PlcData, PlcFault, UnsignedOperation } from './index.ts';

const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const first = await seededP256Signer(seed(1));
const second = await seededK256Signer(seed(2));
const keys = await Promise.all([3, 4, 5, 6].map((byte) => seededP256Signer(seed(byte))));
const didKeys = [first, second, ...keys].map(({ publicKey }) => formatDidKey(publicKey));
const data: PlcData = plcDataOf(
  { signingKey: second.publicKey, handle: 'Alice.holdfast.test' as Handle, pds: 'https://mirror.test' },
  [first.publicKey, second.publicKey],
);

const PLAIN = { maxKeys: 5, noNullPrototype: true } as const;
const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength });
const randomData: fc.Arbitrary<PlcData> = fc.record({
  rotationKeys: fc.uniqueArray(fc.constantFrom(...didKeys.slice(2)), { maxLength: 3 })
    .map((others) => [didKeys[0]!, ...others, didKeys[1]!]),
  // The oracle of the bytes cannot hold a key of this name.
  verificationMethods: fc.dictionary(fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/).filter((id) => id !== '__proto__'), fc.constantFrom(...didKeys), PLAIN),
  alsoKnownAs: fc.uniqueArray(text(20).map((name) => `at://${encodeURIComponent(name)}.test`), { maxLength: 5 }),
  services: fc.dictionary(
    fc.stringMatching(/^[a-z]{1,32}$/),
    fc.record({ type: text(30).map((type) => `T${type}`), endpoint: fc.constantFrom('https://a.test', 'did:b:c') }, PLAIN),
    PLAIN,
  ),
}, PLAIN);

test('a genesis gives the CID and the DID that @did-plc/lib gives, signed by either curve', async () => {
  const pairs = [await P256Keypair.import(seed(1)), await Secp256k1Keypair.import(seed(2))] as const;
  await fc.assert(fc.asyncProperty(randomData, fc.boolean(), async (some, isK256) => {
    const unsigned = operationOf(some, null);
    const operation = await signOperation(isK256 ? second : first, unsigned);
    const theirs = await oracle.signOperation(mutable(unsigned), pairs[isK256 ? 1 : 0]);
    assert.deepEqual(operation, theirs);
    const did = genesisDid(operation);
    assert.equal(did, await oracle.didForCreateOp(theirs));
    assert.equal(operationCid(operation).toString(), (await oracle.getLastOpWithCid([theirs])).cid.toString());
    assert.deepEqual(await oracle.validateOperationLog(did, [mutable(operation)]), { did, ...some });
    assert.deepEqual(decode(unsignedBytes(operation)), unsigned);
    assert.deepEqual(readOperation(JSON.parse(JSON.stringify(operation))), operation);
  }), { numRuns: 60 });
});

test('what signs is given the bytes without sig, and its signature is 86 characters without padding', async () => {
  const seen: Uint8Array[] = [];
  const signer: Signer = {
    publicKey: first.publicKey,
    sign(bytes) {
      seen.push(bytes);
      return first.sign(bytes);
    },
  };
  const operation = await signOperation(signer, operationOf(data, null));
  assert.deepEqual(seen, [unsignedBytes(operation)]);
  assert.match(operation.sig, /^[A-Za-z0-9_-]{86}$/);
  assert.deepEqual(operation.alsoKnownAs, ['at://alice.holdfast.test']);
  assert.match(genesisDid(operation), /^did:plc:[a-z2-7]{24}$/);
});

test('the size counted before signing is the size that is signed', async () => {
  const wide = (length: number): PlcData => ({
    ...data,
    services: Object.fromEntries(Array.from({ length: 10 }, (_, at) => [
      `s${at}`, { type: 'T', endpoint: `https://${'a'.repeat(at < 6 ? 480 : length)}` },
    ])),
  });
  const sizes: number[] = [];
  for (let length = 1; length < 200; length++) {
    try {
      const operation = await signOperation(first, operationOf(wide(length), null));
      sizes.push(cborSize(operation));
    } catch (error) {
      assert.ok(error instanceof PlcError);
      assert.equal(error.code, 'OperationTooLarge');
      assert.ok(Number(error.details['size']) > 4_000 && Number(error.details['size']) <= 4_004);
      break;
    }
  }
  assert.ok(sizes.length > 1 && sizes.at(-1)! <= 4_000 && sizes.at(-1)! > 3_995, String(sizes));
});

test('refuses to sign what the directory would not take, each for its reason', async () => {
  const prev = cidOf(Uint8Array.of(1));
  const many = <Value>(count: number, make: (at: number) => Value): Record<string, Value> =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`id${at}`, make(at)]));
  const service = { type: 'T', endpoint: 'https://a.test' };
  const cases: readonly (readonly [string, PlcFault, Partial<Record<keyof UnsignedOperation, unknown>>])[] = [
    ['no rotation key', 'RotationKeys', { rotationKeys: [] }],
    ['six rotation keys', 'RotationKeys', { rotationKeys: didKeys }],
    ['a rotation key twice', 'RotationKeys', { rotationKeys: [didKeys[0], didKeys[1], didKeys[0]] }],
    ['a rotation key of another kind', 'RotationKeys', { rotationKeys: [didKeys[0], ED25519] }],
    ['eleven methods', 'VerificationMethods', { verificationMethods: many(11, () => didKeys[0]) }],
    ['an id with #', 'VerificationMethods', { verificationMethods: { '#atproto': didKeys[0] } }],
    ['an id of 33', 'VerificationMethods', { verificationMethods: { ['i'.repeat(33)]: didKeys[0] } }],
    ['a signing key of another kind', 'VerificationMethods', { verificationMethods: { atproto: ED25519 } }],
    ['a method that is no did:key', 'VerificationMethods', { verificationMethods: { other: 'did:key:zO0' } }],
    ['eleven names', 'AlsoKnownAs', { alsoKnownAs: Object.keys(many(11, () => 0)).map((id) => `at://${id}.test`) }],
    ['a name of 259', 'AlsoKnownAs', { alsoKnownAs: [`at://${'a'.repeat(254)}`] }],
    ['a name twice', 'AlsoKnownAs', { alsoKnownAs: ['at://a.test', 'at://a.test'] }],
    ['a name that is no URI', 'AlsoKnownAs', { alsoKnownAs: ['a.test'] }],
    ['eleven services', 'Services', { services: many(11, () => service) }],
    ['a service with #', 'Services', { services: { '#pds': service } }],
    ['a service without a type', 'Services', { services: { a: { ...service, type: '' } } }],
    ['a type of 257', 'Services', { services: { a: { ...service, type: 'T'.repeat(PLC_LIMITS.serviceType + 1) } } }],
    ['an endpoint of 513', 'Services', { services: { a: { ...service, endpoint: `https:${'a'.repeat(507)}` } } }],
    ['an endpoint that is no URI', 'Services', { services: { a: { ...service, endpoint: 'a.test' } } }],
    ['a server with a path', 'Services', { services: { atproto_pds: { ...service, endpoint: 'https://a.test/xrpc' } } }],
    ['a server of another scheme', 'Services', { services: { atproto_pds: { ...service, endpoint: 'ftp://a.test' } } }],
    ['prev that is no CID', 'OperationPrev', { prev: 'bafy' }],
    ['prev of raw bytes', 'OperationPrev', { prev: cidOf(Uint8Array.of(1), 'raw').toString() }],
    ['prev undefined', 'OperationForm', { prev: undefined }],
    ['services undefined', 'OperationForm', { services: undefined }],
    ['a field too many in a service', 'OperationForm', { services: { a: { ...service, more: 1 } } }],
    ['a lone surrogate', 'OperationForm', { alsoKnownAs: ['at://\ud800'] }],
    ['another type', 'OperationForm', { type: 'plc_other' }],
    ['a genesis signed by a stranger', 'SignerNotAllowed', { rotationKeys: [didKeys[2]], prev: null }],
  ];
  for (const [name, code, change] of cases) {
    const unsigned = { ...operationOf(data, prev), ...change } as UnsignedOperation;
    await assert.rejects(signOperation(first, unsigned), (error) => is(error, code), name);
  }
  await assert.rejects(
    signOperation(first, { ...operationOf(data, null), more: 1 } as UnsignedOperation), (error) => is(error, 'OperationForm'));
});

test('refuses a signature that is none, and one with a high s', async () => {
  const unsigned = operationOf(data, null);
  const other: Signer = { publicKey: first.publicKey, sign: (bytes) => second.sign(bytes) };
  await assert.rejects(signOperation(other, unsigned), (error) => is(error, 'SignerFailed'));
  const high: Signer = { publicKey: first.publicKey, sign: async (bytes) => withHighS(await first.sign(bytes)) };
  await assert.rejects(signOperation(high, unsigned), (error) => is(error, 'SignerFailed'));
});

test('only a first operation makes a DID, and a tombstone names the one before', async () => {
  const genesis = await signOperation(first, operationOf(data, null));
  const update = await signOperation(first, operationOf(data, operationCid(genesis)));
  assert.throws(() => genesisDid(update), (error) => is(error, 'OperationPrev'));
  const end = await signOperation(second, { type: 'plc_tombstone', prev: operationCid(update).toString() });
  const { cid } = await oracle.getLastOpWithCid([mutable(update)]);
  const theirs = await oracle.tombstoneOp(cid, await Secp256k1Keypair.import(seed(2)));
  assert.deepEqual(end, theirs);
  assert.ok(parseCid(end.prev).equals(operationCid(update)));
});

const ED25519 = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK';

test('a verification method may have a key of another kind', async () => {
  const operation = await signOperation(first, operationOf({ ...data, verificationMethods: { other: ED25519 } }, null));
  assert.equal(operation.verificationMethods['other'], ED25519);
});

function is(error: unknown, code: PlcFault): true {
  assert.ok(error instanceof PlcError, String(error));
  assert.equal(error.code, code);
  return true;
}

function cborSize(operation: Parameters<typeof operationCid>[0]): number {
  // A text of 86 characters takes two bytes before it, `sig` takes four.
  return unsignedBytes(operation).length + 86 + 2 + 4;
}

/** The other signature of P-256 for the same message: s is n − s. */
function withHighS(signature: Uint8Array): Uint8Array {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = order - BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
}

type Mutable<Value> = { -readonly [Field in keyof Value]: Mutable<Value[Field]> };

/** For the oracle, whose types are not readonly. */
function mutable<Value>(value: Value): Mutable<Value> {
  return structuredClone(value) as Mutable<Value>;
}
