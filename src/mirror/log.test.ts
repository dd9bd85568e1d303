import assert from 'node:assert/strict';
import { globSync, rmSync } from 'node:fs';
import { it } from 'node:test';
import { inspect } from 'node:util';
import { OPERATOR } from '../../test/support/operator.ts';
import { ask, json, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import { Talk } from '../../test/support/talk.ts';
import { cidOf, parseDid } from '../protocol/index.ts';
import { openMirrorStore } from '../storage/sqlite/index.ts';
import { logAsJson } from './log.ts';

const INVITE = 'an-invitation-0123456789';
const CALLER = '203.0.113.77';
const NAME = 'https://mirror.example.com';

it('no line of a log holds a token, an invitation, a key, what is in a kit, or the address of a caller; each is one JSON object', async (t) => {
  const lines: string[] = [];
  t.mock.method(console, 'log', (...all: unknown[]) => lines.push(all.map((each) => (typeof each === 'string' ? each : inspect(each))).join(' ')));
  const mirror = await startTestMirror({
    isSpoilt: true,
    settings: { hostname: 'mirror.example.com', invites: [INVITE], operator: OPERATOR }, log: logAsJson,
  });
  const secrets = [OPERATOR.token, INVITE, CALLER];
  try {
    // Behind a proxy of this machine.
    const local = { ...mirror, url: `http://localhost:${mirror.port}` };
    const house = await MirrorHouse.make(local, 1, [note('one')]);
    const call = async (method: string, init: RequestInit = {}, query = ''): Promise<number> => {
      const token = await house.token(method);
      secrets.push(token);
      const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': CALLER, ...init.headers as Record<string, string> };
      return (await house.call(method, { ...init, headers }, query)).status;
    };
    house.register();
    assert.equal(await call('enroll', json({ handle: house.handle, invite: `${INVITE}x` })), 400);
    assert.equal(await call('enroll', json({ handle: house.handle, invite: INVITE })), 200);
    assert.equal(await call('putRepo', { body: await house.car(), headers: { 'content-type': 'application/vnd.ipld.car' } }), 200);
    house.move(NAME);
    assert.equal(await call('activate'), 200);
    const kit = Buffer.from('the bytes of a sealed kit, which nobody is to see').toString('base64').replaceAll('=', '');
    secrets.push(kit, 'sealed kit, which');
    assert.equal(await call('putKit', json({ kind: 'passphrase', file: { $bytes: kit } })), 200);
    const bytes = new TextEncoder().encode('blob');
    const cid = cidOf(bytes, 'raw');
    assert.equal(await call('putBlob', { body: bytes, headers: { 'content-type': 'text/plain' } }, `?cid=${cid.toString()}`), 200);
    const used = secrets.at(-1)!;
    assert.equal(await call('putBlob', { body: bytes, headers: { 'content-type': 'text/plain', authorization: `Bearer ${used}` } }, `?cid=${cid.toString()}`), 401);
    assert.equal(await call('activate', { headers: { authorization: 'Bearer no.such.token-of-mine' } }), 401);
    secrets.push('no.such.token-of-mine');
    const talk = await Talk.begin(house);
    const pic = { $type: 'blob', ref: cid, mimeType: 'text/plain', size: bytes.length };
    await talk.commit(await house.write([note('two', 'two', { pic })]));
    talk.close();
    for (const authorization of [`Bearer ${OPERATOR.token}`, `Bearer ${OPERATOR.token}-and-wrong`]) {
      await ask({ url: mirror.operatorUrl }, '/xrpc/app.holdfast.operator.describe', { headers: { authorization } });
    }
    // What nobody foresaw is logged with all that is known of it.
    const [file] = globSync(`${mirror.folder}/blobs/??/${cid.toString()}`);
    rmSync(file!);
    const broken = await ask(local, `/xrpc/com.atproto.sync.getBlob?did=${house.did}&cid=${cid.toString()}`, { headers: { 'x-forwarded-for': CALLER } });
    assert.equal(broken.status, 500);
    const { store, close } = await openMirrorStore(mirror.folder);
    const key = Buffer.from(await store.firstFact('receipt-key', new Uint8Array()));
    await close();
    assert.ok(key.length > 30);
    secrets.push(key.toString('hex'), key.toString('base64'), key.subarray(-32).toString('hex'), key.join(', '));
  } finally {
    await mirror.close();
  }
  assert.ok(lines.length >= 10);
  for (const line of lines) {
    for (const secret of secrets) assert.ok(!line.includes(secret), `${secret} in ${line}`);
    const { time, level, message, did } = JSON.parse(line) as Record<string, string>;
    assert.ok(Date.parse(time!) > 0 && ['info', 'error'].includes(level!) && message!.length > 0);
    if (did !== undefined) assert.equal(parseDid(did), did);
    assert.ok(!line.includes('\n'));
  }
  assert.ok(lines.some((line) => line.includes('"level":"error"') && line.includes('The file of a blob')));
  assert.ok(lines.some((line) => line.includes('"did":"did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"')));
});
