import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDidKey } from '../protocol/index.ts';
import { seededP256Signer } from '../testing/index.ts';
import { genesisDid, operationCid, operationOf, PlcDirectory, signOperation } from './index.ts';
import type { Fetch, PlcOperation } from './index.ts';

const signer = await seededP256Signer(new Uint8Array(32).fill(3));
const genesis = await signOperation(signer, operationOf({
  rotationKeys: [formatDidKey(signer.publicKey)], verificationMethods: {}, alsoKnownAs: [], services: {},
}, null));
const did = genesisDid(genesis);
const entry = { did, operation: genesis, cid: operationCid(genesis).toString(), nullified: false, createdAt: '2026-01-01T00:00:00.000Z' };

/** A directory that gives this answer, and what it was asked. */
function directory(answer: () => Response | Promise<Response>): { readonly plc: PlcDirectory; readonly asked: { url: string; init: RequestInit }[] } {
  const asked: { url: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (url, init) => {
    asked.push({ url: String(url), init: init! });
    return answer();
  };
  return { plc: new PlcDirectory(fetch, 'https://directory.test/'), asked };
}

test('a log is fetched and verified; a DID that is not known has none', async () => {
  const { plc, asked } = directory(() => Response.json([entry]));
  const log = await plc.log(did);
  assert.equal(log?.head.toString(), entry.cid);
  assert.equal(asked[0]?.url, `https://directory.test/${did}/log/audit`);
  const { redirect, credentials } = asked[0]!.init;
  assert.deepEqual([redirect, credentials], ['error', 'omit']);
  assert.equal(await directory(() => Response.json({ message: 'DID not registered' }, { status: 404 })).plc.log(did), undefined);
});

test('a log that does not hold is not believed', async () => {
  const forged = { ...genesis, alsoKnownAs: ['at://mallory.test'] } as PlcOperation;
  const { plc } = directory(() => Response.json([{ ...entry, operation: forged, cid: operationCid(forged).toString() }]));
  await assert.rejects(plc.log(did), { code: 'GenesisDid' });
  await assert.rejects(directory(() => new Response('<html>')).plc.log(did), { code: 'LogForm' });
});

test('an operation is handed in as JSON', async () => {
  const { plc, asked } = directory(() => Response.json({}));
  await plc.submit(did, genesis);
  const [{ url, init } = { url: '', init: {} }] = asked;
  assert.deepEqual([url, init.method, JSON.parse(String(init.body))], [`https://directory.test/${did}`, 'POST', genesis]);
});

test('silence and trouble are told apart from a refusal, whose words are kept short', async () => {
  const fails = async (answer: () => Response | Promise<Response>, code: string, message: RegExp): Promise<void> => {
    await assert.rejects(directory(answer).plc.submit(did, genesis), { code, message });
    await assert.rejects(directory(answer).plc.log(did), { code });
  };
  await fails(() => Promise.reject(new TypeError('fetch failed')), 'DirectoryUnreachable', /no answer/);
  await fails(() => new Response('Bad gateway', { status: 502 }), 'DirectoryUnreachable', /502/);
  await fails(() => Response.json({ message: 'Too many operations' }, { status: 429 }), 'DirectoryRefused', /Too many operations/);
  await fails(() => Response.json({ message: 'x'.repeat(10_000) }, { status: 400 }), 'DirectoryRefused', /^.{0,400}$/);
  await fails(() => new Response('no', { status: 403 }), 'DirectoryRefused', /\(403\)$/);
  const endless = (): Response => new Response('x'.repeat(1_000_000), { status: 400 });
  await assert.rejects(directory(endless).plc.submit(did, genesis), { code: 'DirectoryUnreachable' });
});

test('an operation that the directory would not take is not sent', async () => {
  const { plc, asked } = directory(() => Response.json({}));
  const large = { ...genesis, alsoKnownAs: Array.from({ length: 20 }, (_, index) => `at://${'a'.repeat(240)}${index}`) } as PlcOperation;
  await assert.rejects(plc.submit(did, large), { code: 'DirectoryRefused' });
  assert.equal(asked.length, 0);
});

test('a call ends with its signal, for the reason of that', async () => {
  const reason = new Error('not wanted any more');
  const fetch: Fetch = async (_url, init) => new Promise((_resolve, reject) => {
    init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason));
  });
  const cancelling = new AbortController();
  const log = new PlcDirectory(fetch, 'https://directory.test').log(did, cancelling.signal);
  cancelling.abort(reason);
  await assert.rejects(log, reason);
});
