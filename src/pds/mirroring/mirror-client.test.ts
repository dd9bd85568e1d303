import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDidKey, lexicons, parseDid, verifyServiceAuth } from '../../protocol/index.ts';
import type { Fetch } from '../../identity/index.ts';
import { seededP256Signer } from '../../testing/index.ts';
import { describeMirror, MirrorClient } from './mirror-client.ts';

const { AppHoldfastMirrorEnroll: { mainSchema: ENROLL }, AppHoldfastMirrorListMissingBlobs: { mainSchema: LIST }, AppHoldfastMirrorPutBlob: { mainSchema: PUT } } = lexicons;
const signer = await seededP256Signer(new Uint8Array(32).fill(3));
const did = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
const mirrorDid = parseDid('did:web:mirror.test');
const NOW = 1_700_000_000_000;

interface Asked {
  readonly url: URL;
  readonly init: RequestInit;
  readonly headers: Headers;
}

function client(answer: (asked: Asked) => Response | Promise<Response>): { readonly client: MirrorClient; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const fetch: Fetch = async (url, init) => {
    const call = { url: new URL(String(url)), init: init!, headers: new Headers(init?.headers) };
    asked.push(call);
    return answer(call);
  };
  return { client: new MirrorClient({ fetch, now: () => NOW, did, signer, url: 'https://mirror.test', mirrorDid }), asked };
}

test('every call has a token of its own, for this mirror, this method and this minute', async () => {
  const { client: mirror, asked } = client(() => Response.json({ status: 'pairing' }));
  await mirror.call(ENROLL, { input: {} });
  await mirror.call(ENROLL, { input: { handle: 'carol.mirror.test' } });
  const seen = new Set<string>();
  for (const { headers, url, init } of asked) {
    const token = headers.get('authorization')!.replace('Bearer ', '');
    const { iss, exp } = await verifyServiceAuth(token, {
      audiences: [mirrorDid], lxm: ENROLL.nsid, now: NOW, keyOf: async () => signer.publicKey, once: (_iss, jti) => !seen.has(jti) && seen.add(jti) !== undefined,
    });
    assert.deepEqual([iss, exp], [did, NOW / 1000 + 60]);
    assert.deepEqual([init.method, url.href], ['POST', 'https://mirror.test/xrpc/app.holdfast.mirror.enroll']);
    assert.deepEqual([init.redirect, init.credentials, headers.get('content-type')], ['error', 'omit', 'application/json']);
  }
  assert.equal(asked[1]?.init.body, '{"handle":"carol.mirror.test"}');
});

test('a query has its params, a body its bytes and type', async () => {
  const { client: mirror, asked } = client(({ init }) => Response.json(init.method === 'GET' ? { cids: [], cursor: 'end' } : {}));
  assert.deepEqual(await mirror.call(LIST, { params: { cursor: 'a b', limit: 5 } }), { cids: [], cursor: 'end' });
  await mirror.call(PUT, { params: { cid: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy' }, body: new Uint8Array([1, 2]), contentType: 'image/png' });
  assert.equal(asked[0]?.url.search, '?cursor=a+b&limit=5');
  assert.deepEqual([asked[1]?.init.body, asked[1]?.headers.get('content-type')], [new Uint8Array([1, 2]), 'image/png']);
});

test('no answer, trouble, a refusal and an answer without sense are told apart', async () => {
  const fails = (answer: () => Response | Promise<Response>, expected: object): Promise<void> => (
    assert.rejects(client(answer).client.call(ENROLL, { input: {} }), expected)
  );
  await fails(() => Promise.reject(new TypeError('fetch failed')), { code: 'MirrorUnreachable', status: 502, reason: undefined });
  await fails(() => Response.json({ error: 'InternalServerError', message: 'Oh.' }, { status: 500 }), { code: 'MirrorUnreachable' });
  await fails(() => new Response('<html>Not here</html>', { status: 404 }), { code: 'MirrorUnreachable' });
  await fails(() => Response.json({ error: 'HandleNotAvailable', message: 'Somebody has it.' }, { status: 400 }), {
    code: 'MirrorRefused', reason: 'HandleNotAvailable', message: /The mirror said no: Somebody has it\./,
  });
  await fails(() => Response.json({ error: 'Odd', message: 'x'.repeat(10_000) }, { status: 400 }), { reason: 'Odd', message: /^.{0,400}$/ });
  await fails(() => Response.json({ status: 7 }), { code: 'MirrorRefused', reason: 'InvalidAnswer' });
  await fails(() => new Response('x'.repeat(2_000_000)), { code: 'MirrorUnreachable' });
});

test('a call ends with its signal', async () => {
  const cancelling = new AbortController();
  const reason = new Error('not wanted any more');
  const { client: mirror } = client(({ init }) => new Promise((_resolve, reject) => {
    init.signal!.addEventListener('abort', () => reject(init.signal!.reason));
    cancelling.abort(reason);
  }));
  await assert.rejects(mirror.call(LIST, { signal: cancelling.signal }), reason);
});

test('a mirror is known by the DID of its host and a key; its clock is compared in the middle of the call', async () => {
  const description = {
    did: mirrorDid, key: formatDidKey(signer.publicKey), version: '1', time: new Date(NOW - 60_000).toISOString(), handleDomains: ['.mirror.test'],
    limits: { blobBytes: 1, repoBytes: 2, aheadMs: 3 }, inviteRequired: false,
  };
  let now = NOW - 1_000;
  const describe = (more: object, url = 'https://mirror.test'): ReturnType<typeof describeMirror> => {
    now = NOW - 1_000;
    return describeMirror(async () => {
      now = NOW + 1_000;
      return Response.json({ ...description, ...more });
    }, url, () => now);
  };
  assert.equal((await describe({})).clockAheadMs, 60_000);
  assert.equal((await describe({ did: 'did:web:mirror.test%3A8443' }, 'https://mirror.test:8443')).did, 'did:web:mirror.test%3A8443');
  assert.equal((await describe({}, 'https://mirror.test:8443')).did, mirrorDid);
  for (const wrong of [{ did: 'did:web:other.test' }, { did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' }, { key: 'did:key:zNothing' }, { limits: {} }, { time: 'now' }]) {
    await assert.rejects(describe(wrong), { code: 'InvalidMirror', status: 400 });
  }
});
