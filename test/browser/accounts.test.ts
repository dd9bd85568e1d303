import { formatDidKey, parseDid, parseDidKey } from '../../src/protocol/index.ts';
import type { Did } from '../../src/protocol/index.ts';
import { generatePassphrase, openKit, wipeKit } from '../../src/keys/index.ts';
import { createPds, EventFeed, HOUSE_METHODS, KIT_METHODS, renewKit } from '../../src/pds/index.ts';
import type { HouseSettings, Pds } from '../../src/pds/index.ts';
import { verifyRepository } from '../../src/repo/index.ts';
import { ownPlace } from '../../src/jobs/own-place.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { openHouse } from '../../src/storage/idb/index.ts';
import type { House } from '../../src/storage/idb/index.ts';
import { makeRestorable } from '../support/restorable.ts';
import { equal, equalBytes, ok, rejectedBy } from './assert.ts';
import type { FileContents } from '../../src/jobs/file-contents.ts';
import type { LongJob, LongJobMessage } from '../../src/jobs/messages.ts';
import type { SaveResult } from '../../src/jobs/save.ts';
import type { Restorable } from '../support/restorable.ts';

/** A house in a database of its own, as worker and jobs see it. */
class BrowserHouse {
  readonly name: string;
  readonly house: House;
  readonly pds: Pds;

  private constructor(name: string, house: House) {
    this.name = name;
    this.house = house;
    const { store, blobs, jobs } = house;
    this.pds = createPds({ store, blobs, jobs, feed: new EventFeed(), version: '1', did: parseDid('did:web:house.test') }, [...HOUSE_METHODS, ...KIT_METHODS]);
  }

  static async open(name = `accounts-${crypto.randomUUID()}`): Promise<BrowserHouse> {
    return new BrowserHouse(name, await openHouse(name));
  }

  async post(nsid: string, body: unknown): Promise<Record<string, Record<string, string>>> {
    const headers = { 'content-type': 'application/json', 'holdfast-request-id': crypto.randomUUID() };
    const request = new Request(`${location.origin}/xrpc/${nsid}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const response = await this.pds.fetch(request, { kind: 'owner' });
    const answer = await response.json() as Record<string, Record<string, string>>;
    equal(response.status, 200);
    return answer;
  }

  async run(job: LongJob, signal = new AbortController().signal, hear?: (message: LongJobMessage) => void): Promise<LongJobMessage> {
    let last: LongJobMessage | undefined;
    const { store, blobs, jobs } = this.house;
    const settings = async (): Promise<HouseSettings> => ({ directory: `${location.origin}/no-directory` });
    await runJob(job, { store, blobs, jobs, ownPlace, fetch, settings, tell: () => undefined, now: Date.now }, signal, (message) => {
      last = message;
      hear?.(message);
    });
    ok(last !== undefined, 'the job said nothing');
    return last;
  }

  async done(job: LongJob): Promise<FileContents> {
    const message = await this.run(job);
    ok(message.type === 'done', JSON.stringify(message));
    return message.result as FileContents;
  }

  async refuses(job: LongJob, code: string): Promise<void> {
    const message = await this.run(job);
    ok(message.type === 'failed', message.type);
    equal(message.error.code, code);
    equal((await this.house.store.accounts()).length, 0);
  }
}

function restoreOf({ kit, passphrase, car }: Restorable): LongJob & { readonly job: 'restore' } {
  return { job: 'restore', id: crypto.randomUUID(), kit, passphrase, car };
}

async function cannotBeRead({ house }: BrowserHouse, did: Did): Promise<void> {
  const keys = await house.store.keys(did);
  ok(keys !== undefined, 'the account has no keys');
  for (const { privateKey } of [keys.signing, keys.rotation]) {
    for (const form of ['pkcs8', 'jwk'] as const) {
      equal((await rejectedBy(() => crypto.subtle.exportKey(form, privateKey), DOMException)).name, 'InvalidAccessError');
    }
  }
}

/** Every value of every table, as bytes and texts. */
async function dump(name: string): Promise<{ readonly bytes: Uint8Array[]; readonly texts: string[]; readonly keys: CryptoKey[] }> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name);
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
  const found = { bytes: [] as Uint8Array[], texts: [] as string[], keys: [] as CryptoKey[] };
  const take = (value: unknown): void => {
    if (typeof value === 'string') found.texts.push(value);
    else if (value instanceof CryptoKey) found.keys.push(value);
    else if (ArrayBuffer.isView(value)) found.bytes.push(new Uint8Array(value.buffer));
    else if (value instanceof ArrayBuffer) found.bytes.push(new Uint8Array(value));
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(take);
  };
  for (const table of db.objectStoreNames) {
    const request = db.transaction(table).objectStore(table).getAll();
    await new Promise((resolve) => request.addEventListener('success', resolve));
    take(request.result);
  }
  db.close();
  return found;
}

function holds(bytes: Uint8Array, part: Uint8Array): boolean {
  for (let at = bytes.indexOf(part[0]!); at !== -1; at = bytes.indexOf(part[0]!, at + 1)) {
    if (part.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}

/** That the database has none of these, as bytes, hexadecimal or base64, and no key that could be read, though it has `known`. */
async function hasNone(name: string, secrets: readonly Uint8Array[], known: Uint8Array): Promise<void> {
  const { bytes, texts, keys } = await dump(name);
  ok(keys.length === 4 && bytes.some((each) => holds(each, known)), `${bytes.length} rows and ${keys.length} keys were looked at`);
  for (const key of keys) ok(key.type === 'public' || !key.extractable, 'a private key that can be read');
  for (const secret of secrets) {
    const hex = Array.from(secret, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const base64 = btoa(String.fromCharCode(...secret)).slice(0, 42);
    ok(bytes.every((each) => !holds(each, secret)), 'a private key lies in the database');
    ok(texts.every((text) => !text.includes(hex) && !text.includes(base64)), 'a private key is written in the database');
  }
}

describe('accounts in a browser', () => {
  it('are made in one call, and are there, with keys that cannot be read, when the house is opened again', async () => {
    const first = await BrowserHouse.open();
    const passphrase = generatePassphrase();
    const { account } = await first.post('app.holdfast.account.create', { passphrase, handle: 'carol.example.com' });
    const did = parseDid(account!['did']!);
    await first.house.close();
    const again = await BrowserHouse.open(first.name);
    await cannotBeRead(again, did);
    const stored = (await again.house.store.account(did))!;
    const kit = await openKit(stored.kit!.file, passphrase);
    const secrets = [kit.signing.secret, kit.recovery.secret].map((secret) => secret.reveal((bytes) => bytes.slice()));
    wipeKit(kit);
    equal(formatDidKey(kit.signing.publicKey), stored.signingKey);
    equal(kit.rev, stored.head.rev);
    await hasNone(first.name, secrets, stored.genesis!);
    await again.post('com.atproto.repo.createRecord', { repo: did, collection: 'app.holdfast.note', record: { text: 'one' } });
    equal((await again.post('app.holdfast.kit.prove', { did, passphrase })).account!['kit'], 'proven');
    await again.house.close();
  });

  it('get a new kit, and neither the old nor the new private keys lie anywhere', async () => {
    const here = await BrowserHouse.open();
    const passphrase = generatePassphrase();
    const { account } = await here.post('app.holdfast.account.create', { passphrase });
    const did = parseDid(account!['did']!);
    const secretsOf = async (word: string): Promise<Uint8Array[]> => {
      const kit = await openKit((await here.house.store.account(did))!.kit!.file, word);
      const secrets = [kit.signing.secret, kit.recovery.secret].map((secret) => secret.reveal((bytes) => bytes.slice()));
      wipeKit(kit);
      return secrets;
    };
    const old = await secretsOf(passphrase);
    const fresh = generatePassphrase();
    const { store } = here.house;
    const settings = async (): Promise<HouseSettings> => ({ directory: `${location.origin}/no-directory` });
    const offline = async (): Promise<Response> => Promise.reject(new TypeError('fetch failed'));
    await renewKit({ store, fetch: offline, settings, now: Date.now }, did, { passphrase: fresh });
    const secrets = [...old, ...await secretsOf(fresh)];
    await here.house.close();
    const again = await BrowserHouse.open(here.name);
    await cannotBeRead(again, did);
    const stored = (await again.house.store.account(did))!;
    await hasNone(here.name, secrets, stored.operations[1]!);
    await again.post('com.atproto.repo.createRecord', { repo: did, collection: 'app.holdfast.note', record: { text: 'by the new key' } });
    const saved = await again.done({ job: 'save', id: crypto.randomUUID(), did }) as SaveResult;
    await verifyRepository(saved.file!.stream(), { key: parseDidKey(stored.signingKey), did });
    await again.house.close();
  });

  it('come back from kit and file, with the same head, and go on above it', async () => {
    const here = await BrowserHouse.open();
    const made = await makeRestorable({ records: 1_500 });
    const result = await here.done(restoreOf(made));
    equal(result.head, made.head.toString());
    equal(result.records, 1_500);
    await here.house.close();
    const again = await BrowserHouse.open(here.name);
    await cannotBeRead(again, made.did);
    await hasNone(here.name, made.secrets, made.genesis);
    const account = (await again.house.store.account(made.did))!;
    equal(account.head.cid.toString(), made.head.toString());
    const saved = await again.done({ job: 'save', id: crypto.randomUUID(), did: made.did }) as SaveResult;
    equalBytes(new Uint8Array(await saved.file!.arrayBuffer()), new Uint8Array(await made.car.arrayBuffer()));
    await again.post('com.atproto.repo.createRecord', { repo: made.did, collection: 'app.holdfast.note', record: { text: 'home' } });
    const next = await again.done({ job: 'save', id: crypto.randomUUID(), did: made.did }) as SaveResult;
    ok(next.rev > made.rev, 'the rev did not ascend');
    const { records } = await verifyRepository(next.file!.stream(), { key: parseDidKey(account.signingKey), did: made.did });
    equal(records, 1_501);
    await again.house.close();
  });

  it('are not restored from what is wrong, and nothing of it stays', async () => {
    const here = await BrowserHouse.open();
    const [made, other] = [await makeRestorable(), await makeRestorable({ seed: 6 })];
    const restore = restoreOf(made);
    await here.refuses({ ...restore, passphrase: generatePassphrase() }, 'KitPassphrase');
    await here.refuses({ ...restore, car: made.car.slice(0, made.car.size - 1) }, 'CarTruncated');
    await here.refuses({ ...restore, car: other.car }, 'CommitDid');
    const changed = new Uint8Array(await made.car.arrayBuffer());
    changed[changed.length - 9]! ^= 1;
    await here.refuses({ ...restore, car: new Blob([changed]) }, 'BlockHash');
    const { bytes } = await dump(here.name);
    equal(bytes.length, 0);
    await here.house.close();
  });

  it('leave nothing when their restoring is cancelled', async () => {
    const here = await BrowserHouse.open();
    const made = await makeRestorable({ records: 4_000 });
    const cancelling = new AbortController();
    const last = await here.run(restoreOf(made), cancelling.signal, (message) => {
      if (message.type === 'progress' && message.progress.records > 0) cancelling.abort();
    });
    equal(last.type, 'cancelled');
    equal((await here.house.store.accounts()).length, 0);
    equal((await dump(here.name)).bytes.length, 0);
    equal((await here.house.jobs.list())[0]?.state, 'cancelled');
    await here.done(restoreOf(made));
    await here.house.close();
  });

  it('are saved into a picked file, and a save that is cancelled leaves none', async () => {
    // What a picker gives and a file of the origin are the same to the job; WebKitGTK has neither.
    const storage = navigator.storage as StorageManager | undefined;
    const root = await storage?.getDirectory?.().catch(() => undefined);
    if (root === undefined) return ok(!('showSaveFilePicker' in globalThis), 'a picker without files of the origin');
    const here = await BrowserHouse.open();
    const made = await makeRestorable({ records: 2_000 });
    await here.done(restoreOf(made));
    const name = `${crypto.randomUUID()}.car`;
    const file = await root.getFileHandle(name, { create: true });
    if (!('createWritable' in file)) return root.removeEntry(name);
    const result = await here.done({ job: 'save', id: crypto.randomUUID(), did: made.did, file }) as SaveResult;
    equal(result.fileName, name);
    ok(result.file === undefined, 'a second file');
    equalBytes(new Uint8Array(await (await file.getFile()).arrayBuffer()), new Uint8Array(await made.car.arrayBuffer()));
    const cancelling = new AbortController();
    const kept = await here.run({ job: 'save', id: crypto.randomUUID(), did: made.did, file }, cancelling.signal, ({ type }) => {
      if (type === 'progress') cancelling.abort();
    });
    equal(kept.type, 'cancelled');
    equal((await file.getFile()).size, made.car.size);
    await root.removeEntry(name);
    await here.house.close();
  });
});
