import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDidKey, parseDid, parseHandle } from '../protocol/index.ts';
import { seededP256Signer } from '../testing/index.ts';
import { documentOf, plcDataOf } from './did-document.ts';
import type { DidDocument } from './did-document.ts';
import type { Fetch } from './limited-fetch.ts';
import { checkWebDocument, documentAddress, webAddress, webDid } from './web-document.ts';
import type { WebFinding } from './web-document.ts';

const { publicKey } = await seededP256Signer(new Uint8Array(32).fill(1));
const other = await seededP256Signer(new Uint8Array(32).fill(2));
const did = webDid('ada.example.com')!;
const [handle, pds, signingKey] = [parseHandle('ada.example.com'), 'https://mirror.test', formatDidKey(publicKey)];
const good = documentOf(plcDataOf({ signingKey: publicKey, handle, pds }, []), did);

const JSON_TYPE = { 'content-type': 'application/json' };
const served = (document: unknown, headers: Record<string, string> = JSON_TYPE): Fetch => async () => new Response(JSON.stringify(document), { headers });

async function found(fetch: Fetch, expected: Partial<Parameters<typeof checkWebDocument>[2]> = {}): Promise<readonly WebFinding[]> {
  return checkWebDocument(fetch, did, { signingKey, handle, pds, ...expected });
}

const changed = (change: Partial<DidDocument>): Fetch => served({ ...good, ...change });

test('a domain has a did:web, and an address for its document; a port, a path, an address or a word has none', () => {
  assert.deepEqual([did, webAddress(did)], ['did:web:ada.example.com', 'https://ada.example.com/.well-known/did.json']);
  for (const text of ['localhost', 'ada.example.com:443', 'ada.example.com/x', '127.0.0.1', '', 'a b.com', 'ada.example.com%3A443', '[::1]']) assert.equal(webDid(text), undefined, text);
});

test('a document that says what it should has nothing wrong with it', async () => {
  let asked: Request | undefined;
  assert.deepEqual(await found(async (input, init) => {
    asked = new Request(input, init);
    return served(good)(input, init);
  }), []);
  assert.deepEqual([asked?.url, asked?.redirect, asked?.credentials], [webAddress(did), 'error', 'omit']);
  assert.deepEqual(await found(served(good, { 'content-type': 'application/did+ld+json; charset=utf-8' })), []);
  // An account that has no mirror yet expects none.
  assert.deepEqual(await found(served(good), { pds: undefined }), []);
});

test('what is wrong is found, one by one and together', async () => {
  const rows: readonly (readonly [Fetch, readonly WebFinding[]])[] = [
    [async () => new Response('no', { status: 404 }), [{ fault: 'status', found: '404' }]],
    [async () => new Response('<html>', { headers: { 'content-type': 'text/html' } }), [{ fault: 'content-type', found: 'text/html' }, { fault: 'no-json' }]],
    [async () => new Response(new Uint8Array([0xff, 0xfe]), { headers: JSON_TYPE }), [{ fault: 'no-json' }]],
    [async () => new Response(' '.repeat(65_537), { headers: JSON_TYPE }), [{ fault: 'too-large' }]],
    [served([]), [{ fault: 'form' }]],
    [served({ ...good, verificationMethod: 7 }), [{ fault: 'form' }]],
    [changed({ id: webDid('other.example.com')! }), [{ fault: 'other-did' }]],
    [changed({ verificationMethod: [] }), [{ fault: 'no-key' }]],
    [changed({ verificationMethod: [{ ...good.verificationMethod[0]!, publicKeyMultibase: 'zNothing' }] }), [{ fault: 'bad-key' }]],
    [changed({ verificationMethod: documentOf(plcDataOf({ signingKey: other.publicKey }, []), did).verificationMethod }), [{ fault: 'other-key', found: formatDidKey(other.publicKey) }]],
    [changed({ service: [] }), [{ fault: 'no-server' }]],
    [changed({ service: [{ ...good.service[0]!, serviceEndpoint: 'mirror.test' }] }), [{ fault: 'bad-server' }]],
    [changed({ service: [{ ...good.service[0]!, serviceEndpoint: 'https://mallory.test' }], alsoKnownAs: [] }), [{ fault: 'other-server', found: 'https://mallory.test' }, { fault: 'no-handle' }]],
    [changed({ alsoKnownAs: ['at://mallory.test'] }), [{ fault: 'other-handle', found: 'mallory.test' }]],
  ];
  for (const [fetch, findings] of rows) assert.deepEqual(await found(fetch), findings);
  assert.deepEqual(await found(served({ ...good, service: [] }), { pds: undefined }), [{ fault: 'no-server' }]);
});

test('a server that no page may read is told from one that is not there; nobody is waited for in vain', async () => {
  const closed: Fetch = async (_, init) => {
    if (init?.mode === 'no-cors') return new Response(null);
    throw new TypeError('Failed to fetch');
  };
  assert.deepEqual(await found(closed), [{ fault: 'unreadable' }]);
  assert.deepEqual(await found(() => Promise.reject(new TypeError('Failed to fetch'))), [{ fault: 'unreachable' }]);
  const end = new AbortController();
  const given = checkWebDocument(() => {
    end.abort(new Error('nobody wants it'));
    return Promise.reject(new TypeError('Failed to fetch'));
  }, did, { signingKey }, end.signal);
  await assert.rejects(given, /nobody wants it/);
});

test('the document of a DID lies in the directory, or at the host of a did:web', () => {
  const addressOf = (did: string): string | undefined => documentAddress(parseDid(did), 'https://plc.example/');
  assert.equal(addressOf(`did:plc:${'a'.repeat(24)}`), `https://plc.example/did:plc:${'a'.repeat(24)}`);
  assert.equal(addressOf('did:web:alice.example'), 'https://alice.example/.well-known/did.json');
  assert.equal(addressOf('did:web:localhost%3A2583'), 'http://localhost:2583/.well-known/did.json');
  for (const did of ['did:plc:short', 'did:web:alice.example:path', 'did:web:alice.example%3A8080', 'did:key:abc']) assert.equal(addressOf(did), undefined, did);
});
