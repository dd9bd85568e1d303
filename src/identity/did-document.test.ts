import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oracle from '@did-plc/lib';
import { formatDidKey, formatMultikey } from '../protocol/index.ts';
import type { Did, Handle } from '../protocol/index.ts';
import { seededK256Signer, seededP256Signer } from '../testing/index.ts';
import { checkPlcData, DidDocumentError, documentOf, plcDataOf, readDidDocument } from './index.ts';
import type { DidDocumentFault } from './index.ts';

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did;
const keys = [await seededP256Signer(new Uint8Array(32).fill(1)), await seededK256Signer(new Uint8Array(32).fill(2))]
  .map(({ publicKey }) => publicKey);
const handle = 'alice.holdfast.test' as Handle;
const pds = 'https://mirror.test:8443';
const multibase = formatMultikey(keys[0]!);
const method = { id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase: multibase };
const service = { id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: pds };
const document = { id: did, alsoKnownAs: [`at://${handle}`], verificationMethod: [method], service: [service] };

test('what is written is read again, in the present form and in the older one of @did-plc/lib', () => {
  for (const signingKey of keys) {
    const identity = { signingKey, handle, pds };
    const data = plcDataOf(identity, keys);
    checkPlcData(data);
    assert.deepEqual(data.rotationKeys, keys.map(formatDidKey));
    assert.deepEqual(readDidDocument(JSON.parse(JSON.stringify(documentOf(data, did))), did), identity);
    const old = oracle.formatDidDoc({ did, ...(JSON.parse(JSON.stringify(data)) as Omit<oracle.DocumentData, 'did'>) });
    assert.notEqual(old.verificationMethod[0]?.type, 'Multikey');
    assert.deepEqual(readDidDocument(old, did), identity);
  }
});

test('the document is the one that the directory serves', () => {
  const key = `did:key:${multibase}`;
  const data = plcDataOf({ signingKey: keys[0]!, handle, pds }, keys);
  const other = { ...data, verificationMethods: { ...data.verificationMethods, other: 'did:key:z6Mkother', second: key } };
  assert.deepEqual(documentOf(other, did), {
    '@context': [
      'https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1', 'https://w3id.org/security/suites/ecdsa-2019/v1',
    ],
    ...document,
    verificationMethod: [
      method,
      { ...method, id: `${did}#other`, publicKeyMultibase: 'z6Mkother' },
      { ...method, id: `${did}#second` },
    ],
  });
});

test('what an account does not have yet is left out', () => {
  assert.deepEqual(plcDataOf({}, keys), {
    rotationKeys: keys.map(formatDidKey), verificationMethods: {}, alsoKnownAs: [], services: {},
  });
  assert.deepEqual(readDidDocument(documentOf(plcDataOf({}, keys), did), did), {});
  assert.deepEqual(readDidDocument({ id: did }, did), {});
});

test('the first handle that is one counts, in lower case, and the first entry of a name', () => {
  const read = (change: object): unknown => readDidDocument({ ...document, ...change }, did);
  const alsoKnownAs = ['https://a.test', 'at://', 'at://not a handle', 'at://did:plc:x', 'at://Alice.Test', 'at://b.test'];
  assert.deepEqual(read({ alsoKnownAs }), { signingKey: keys[0], handle: 'alice.test', pds });
  assert.deepEqual(read({ alsoKnownAs: ['at://a'] }), { signingKey: keys[0], pds });
  const foreign = { ...method, id: 'did:plc:other#atproto', publicKeyMultibase: formatMultikey(keys[1]!) };
  assert.deepEqual(read({ verificationMethod: [foreign, { id: '#x' }, method, { ...foreign, id: '#atproto' }] }), {
    signingKey: keys[0], handle, pds,
  });
  assert.deepEqual(read({ service: [{ ...service, serviceEndpoint: 'HTTP://Mirror.test/' }] }), {
    signingKey: keys[0], handle, pds: 'http://mirror.test',
  });
});

test('refuses each kind of wrong document with its one code', () => {
  const key = (change: object): object => ({ verificationMethod: [{ ...method, ...change }] });
  const server = (change: object): object => ({ service: [{ ...service, ...change }] });
  const cases: readonly (readonly [string, DidDocumentFault, unknown])[] = [
    ['no object', 'DocumentForm', null],
    ['a list', 'DocumentForm', [document]],
    ['names that are no list', 'DocumentForm', { ...document, alsoKnownAs: 'at://a.test' }],
    ['a name that is no text', 'DocumentForm', { ...document, alsoKnownAs: [1] }],
    ['a method that is text', 'DocumentForm', { ...document, verificationMethod: ['#atproto'] }],
    ['a service without an id', 'DocumentForm', { ...document, service: [{ ...service, id: undefined }] }],
    ['257 names', 'DocumentTooLarge', { ...document, alsoKnownAs: Array.from({ length: 257 }, () => 'x:y') }],
    ['257 services', 'DocumentTooLarge', { ...document, service: Array.from({ length: 257 }, () => service) }],
    ['another DID', 'DocumentDid', { ...document, id: 'did:plc:other' }],
    ['another controller', 'SigningKey', { ...document, ...key({ controller: 'did:plc:other' }) }],
    ['a key without a type', 'SigningKey', { ...document, ...key({ type: undefined }) }],
    ['a type that is no key of ours', 'SigningKey', { ...document, ...key({ type: 'JsonWebKey2020' }) }],
    ['no key', 'SigningKey', { ...document, ...key({ publicKeyMultibase: undefined }) }],
    ['a key that is none', 'SigningKey', { ...document, ...key({ publicKeyMultibase: multibase.slice(0, -1) }) }],
    ['a key of 5,000 characters', 'SigningKey', { ...document, ...key({ publicKeyMultibase: `z${'1'.repeat(5_000)}` }) }],
    ['another type of server', 'PdsEndpoint', { ...document, ...server({ type: 'Other' }) }],
    ['an endpoint that is an object', 'PdsEndpoint', { ...document, ...server({ serviceEndpoint: { uri: pds } }) }],
    ...['ftp://a.test', 'a.test', 'https://', 'https://a.test/xrpc', 'https://a.test/?q', 'https://a.test#f',
      'https://u@a.test', 'https://a.test:99999', 'https://a b.test', `https://${'a'.repeat(5_000)}`].map(
      (serviceEndpoint) => [serviceEndpoint, 'PdsEndpoint', { ...document, ...server({ serviceEndpoint }) }] as const),
  ];
  readDidDocument(document, did);
  for (const [name, code, wrong] of cases) {
    assert.throws(() => readDidDocument(wrong, did), (error) => {
      assert.ok(error instanceof DidDocumentError, String(error));
      assert.equal(error.code, code);
      return true;
    }, name);
  }
});
