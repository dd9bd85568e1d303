import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { until } from '../../../test/support/until.ts';
import { documentOf, operationOf, plcDataOf, signOperation } from '../../identity/index.ts';
import type { WatchedLog } from '../../mirroring/index.ts';
import { formatDidKey, parseDid } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { seededP256Signer } from '../../testing/index.ts';
import { fetchFromPublic } from './fetch-json.ts';
import type { FindAddresses } from './find-addresses.ts';
import { Identities } from './identities.ts';
import type { FoundIdentity, IdentitiesOptions } from './identities.ts';
import { seenIdentity } from './seen-identity.ts';

const DID = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
const [first, second] = await Promise.all([1, 2].map((byte) => seededP256Signer(new Uint8Array(32).fill(byte))));
const documentWith = (signer: typeof first, did = DID): object => documentOf(plcDataOf({ signingKey: signer!.publicKey, pds: 'http://localhost:2583' }, []), did);

/** A log as it was seen. @param signers whose keys its operations name; of one that was undone, or that the directory shows no more, undefined */
async function watched(lookedAt: number, signers: readonly (typeof first | undefined)[]): Promise<WatchedLog> {
  const operations = await Promise.all(signers.map(async (signer, place) => {
    const operation = await signOperation(first!, operationOf(plcDataOf({ signingKey: (signer ?? first!).publicKey, pds: 'http://localhost:2583' }, [first!.publicKey]), null));
    return {
      cid: String(place), body: new TextEncoder().encode(JSON.stringify(operation)), createdAt: place, seenAt: place,
      nullified: signer === undefined, isShown: signer !== undefined,
    };
  }));
  return { lookedAt, operations, claimed: [] };
}

describe('what DID documents say', () => {
  let server: Server;
  let answer: RequestListener;
  let asked = 0;
  let now = 0;
  let identities: Identities;

  before(async () => {
    server = createServer((request, response) => {
      asked++;
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const begin = (by: RequestListener, more: Partial<IdentitiesOptions> = {}): void => {
    answer = by;
    asked = 0;
    now = 1_000_000;
    identities = new Identities({ directory: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, now: () => now, ...more });
  };
  const json = (value: unknown): RequestListener => (_request, response) => response.end(JSON.stringify(value));

  it('is asked once, and again when it is old or has to be fresh', async () => {
    begin(json(documentWith(first)));
    const keys = await Promise.all([identities.keyOf(DID), identities.keyOf(DID)]);
    assert.deepEqual(keys.map(formatDidKey), [first, first].map((signer) => formatDidKey(signer!.publicKey)));
    assert.equal(asked, 1);
    answer = json(documentWith(second));
    assert.equal((await identities.of(DID)).pds, 'http://localhost:2583');
    assert.equal(asked, 1);
    assert.deepEqual(await identities.keyOf(DID, true), second!.publicKey);
    assert.equal(asked, 2);
    now += 3_600_000;
    await identities.keyOf(DID);
    assert.equal(asked, 3);
  });

  it('remembers for seconds that there is none', async () => {
    begin((_request, response) => response.writeHead(404).end('{}'));
    await assert.rejects(identities.keyOf(DID), { code: 'IdentityUnknown' });
    await assert.rejects(identities.keyOf(DID), { code: 'IdentityUnknown' });
    assert.equal(asked, 1);
    answer = json(documentWith(first));
    now += 6_000;
    assert.deepEqual(await identities.keyOf(DID), first!.publicKey);
  });

  it('counts for a day while nobody answers, unless it has to be fresh; a document that is gone counts no more', async () => {
    begin(json(documentWith(first)));
    await identities.keyOf(DID);
    answer = (_request, response) => response.writeHead(503).end();
    now += 23 * 3_600_000;
    assert.deepEqual(await identities.keyOf(DID), first!.publicKey);
    await assert.rejects(identities.keyOf(DID, true), { code: 'IdentityUnknown' });
    assert.deepEqual(await identities.keyOf(DID), first!.publicKey);
    assert.equal(asked, 3, 'a silence is remembered for seconds');
    now += 2 * 3_600_000;
    await assert.rejects(identities.keyOf(DID), { code: 'IdentityUnknown' });
    answer = json(documentWith(second));
    now += 6_000;
    assert.deepEqual(await identities.keyOf(DID), second!.publicKey);
    answer = (_request, response) => response.writeHead(410).end();
    await assert.rejects(identities.keyOf(DID, true), { code: 'IdentityUnknown' });
    await assert.rejects(identities.keyOf(DID), { code: 'IdentityUnknown' });
  });

  it('keeps nobody waiting who knows what was said before, while whoever is asked hangs; what comes late counts', async () => {
    begin(json(documentWith(first)), { patienceMs: 0 });
    await identities.keyOf(DID);
    const hanging = Promise.withResolvers<ServerResponse>();
    answer = (_request, response) => hanging.resolve(response);
    now += 3_600_000;
    for (const _ of [1, 2, 3]) assert.deepEqual(await identities.keyOf(DID), first!.publicKey);
    const response = await hanging.promise;
    assert.equal(asked, 2, 'it is asked once at a time');
    const late = identities.of(DID, 1_000);
    response.end(JSON.stringify(documentWith(second)));
    assert.deepEqual((await late).signingKey, second!.publicKey, 'who wants to know what holds now waits');
    assert.deepEqual(await identities.keyOf(DID), second!.publicKey);
    assert.equal(asked, 2);
  });

  it('knows from before it began, while nobody answers or who is asked hangs, what the log said within a day; what is gone counts no more', async () => {
    const kept = async (did: Did): Promise<FoundIdentity | undefined> => seenIdentity(did, await watched(1_000_000, [first, second, undefined]));
    begin((_request, response) => response.writeHead(503).end(), { kept, patienceMs: 0 });
    assert.deepEqual(await identities.keyOf(DID), second!.publicKey);
    await assert.rejects(identities.keyOf(DID, true), { code: 'IdentityUnknown' });
    begin(() => undefined, { kept, patienceMs: 0 });
    assert.deepEqual(await identities.keyOf(DID), second!.publicKey);
    begin((_request, response) => response.writeHead(503).end(), { kept: () => Promise.reject(new Error('planted')) });
    await assert.rejects(identities.keyOf(DID), { code: 'IdentityUnknown' });
    begin((_request, response) => response.writeHead(503).end(), { kept, patienceMs: 0 });
    now += 24 * 3_600_000;
    await assert.rejects(identities.keyOf(DID), { code: 'IdentityUnknown' });
    begin((_request, response) => response.writeHead(410).end(), { kept });
    await assert.rejects(identities.keyOf(DID), { code: 'IdentityUnknown' });
  });

  const wrong: Readonly<Record<string, RequestListener>> = {
    'a document of another DID': json(documentWith(first, parseDid('did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'))),
    'what is not JSON': (_request, response) => response.end('<html>'),
    'what is too long': (_request, response) => response.end(`"${'a'.repeat(70_000)}"`),
    'a redirect': (_request, response) => response.writeHead(302, { location: '/other' }).end(),
    'a failure': (_request, response) => response.writeHead(500).end(),
    'a connection that breaks': (_request, response) => response.destroy(),
    'a document without a key': json({ id: DID }),
  };
  for (const [what, listener] of Object.entries(wrong)) {
    it(`takes ${what} for no identity`, async () => {
      begin(listener);
      await assert.rejects(identities.keyOf(DID), { code: 'IdentityUnknown' });
    });
  }

  it('knows no other methods, and no did:web with a path or a port', async () => {
    begin(json({}));
    for (const did of ['did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv', 'did:web:example.com:user', 'did:web:localhost%3A8080', 'did:web:127.0.0.1', 'did:web:0x7f.1']) {
      await assert.rejects(identities.keyOf(parseDid(did)), { code: 'IdentityUnknown' }, did);
    }
    assert.equal(asked, 0);
  });
});

describe('documents of those that are no accounts here', () => {
  const KEPT = parseDid('did:web:kept.example.com');
  const outcomes = new Map<Did, string>();
  const asked = new Set<string>();
  let answers = Promise.withResolvers<void>();
  let now = 0;
  const identities = new Identities({
    directory: 'http://localhost:1', now: () => now, isKept: async (did) => did === KEPT,
    fetchPublic: async (url) => {
      asked.add(new URL(url).hostname);
      await answers.promise;
      return documentWith(first, parseDid(`did:web:${new URL(url).hostname}`));
    },
  });
  const ask = (...names: readonly string[]): void => {
    for (const did of names.map((name) => parseDid(`did:web:${name}`))) {
      void identities.keyOf(did).then(() => 'found', ({ code }: { code: string }) => code).then((outcome) => outcomes.set(did, outcome));
    }
  };
  const names = (count: number, name: (index: number) => string): string[] => Array.from({ length: count }, (_, index) => name(index));
  const count = (outcome: string): number => [...outcomes.values()].filter((each) => each === outcome).length;

  it('are asked for few at a time, and of one domain fewer; who has an account is not kept waiting by them', async () => {
    ask(...names(200, (index) => `n${index}.attacker.example`));
    await until('most are refused', () => count('IdentityUnknown') === 192);
    assert.equal(asked.size, 8);
    ask(...names(200, (index) => `attacker${index}.example`));
    await until('most are refused', () => count('IdentityUnknown') === 192 + 176);
    assert.equal(asked.size, 32);
    ask('kept.example.com');
    await until('it is asked', () => asked.has('kept.example.com'));
    answers.resolve();
    await until('all that were asked have answered', () => count('found') === 33);
    assert.equal(outcomes.get(KEPT), 'found');
  });

  it('are asked for as soon as there is room, and what was read before counts while there is none', async () => {
    answers = Promise.withResolvers();
    outcomes.clear();
    now += 3_600_000;
    ask(...names(8, (index) => `n${index + 100}.attacker.example`), 'n200.attacker.example');
    await until('one is refused', () => count('IdentityUnknown') === 1);
    assert.deepEqual(await identities.keyOf(parseDid('did:web:n0.attacker.example')), first!.publicKey);
    answers.resolve();
    await until('the others are found', () => count('found') === 8);
    assert.deepEqual(await identities.keyOf(parseDid('did:web:n200.attacker.example')), first!.publicKey);
  });
});

describe('documents that anybody may name', () => {
  const leadsTo = (...addresses: string[]): FindAddresses => async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

  for (const url of ['http://example.com/', 'https://example.com:8443/', 'https://127.0.0.1/', 'https://[::1]/', 'https://2130706433/', 'https://0x7f.1/']) {
    it(`${url} is not asked`, () => assert.rejects(fetchFromPublic(url, leadsTo('1.1.1.1')), { code: 'Forbidden' }));
  }
  for (const addresses of [['127.0.0.1'], ['169.254.169.254'], ['1.1.1.1', '10.0.0.1'], ['::ffff:127.0.0.1'], ['fd00::1'], []]) {
    it(`a name that leads to ${addresses.join(' and ') || 'nothing'} is not asked`, () => (
      assert.rejects(fetchFromPublic('https://rebound.example.com/', leadsTo(...addresses)), { code: 'Forbidden' })
    ));
  }
});
