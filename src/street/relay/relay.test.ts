import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { commitEvent, identityEvent } from '../../mirroring/index.ts';
import type { NewEvent } from '../../mirroring/index.ts';
import { createP256Signer, decodeFrame, encodeErrorFrame, encodeFrame, generateP256Key, normalizeLowS, parseDid, parseHandle, TidClock } from '../../protocol/index.ts';
import type { CborMap } from '../../protocol/index.ts';
import { carBytes, readCar } from '../../repo/index.ts';
import type { CommitMessage } from '../../repo/index.ts';
import { createOf, FakeAccount, FakeHost, until } from '../../../test/support/fake-host.ts';
import { checkPassedOn } from '../../../test/support/passed-on.ts';
import { startDirectory } from '../directory.ts';
import type { StreetServer } from '../directory.ts';
import { Relay } from './relay.ts';
import { RelayStore } from './relay-store.ts';

let folder: string;
let directory: StreetServer;
let host: FakeHost;
let store: RelayStore;
let relay: Relay;
let files = 0;

function open(file: string): void {
  store = new RelayStore(file);
  relay = new Relay({ store, directoryUrl: directory.url, retryMs: 20, onEvents: () => undefined, log: () => undefined });
}

async function shut(): Promise<void> {
  await relay.close();
  store.close();
}

const freshFile = (): string => join(folder, `relay-${++files}.sqlite`);

/** What the relay has passed on: type and body. */
async function passedOn(): Promise<{ type: string; body: CborMap }[]> {
  const events = await store.read(0, { limit: 1_000, bytes: 1e9 });
  return events.map(({ frame }) => {
    const read = decodeFrame(frame);
    assert.equal(read.kind, 'message');
    return read.kind === 'message' ? { type: read.type, body: read.body } : assert.fail();
  });
}

const types = async (): Promise<string[]> => (await passedOn()).map(({ type }) => type);
const refused = (): number => store.host(host.hostname)?.refused ?? 0;
const lastRefusal = (): string | undefined => store.host(host.hostname)?.lastRefusal?.code;

/** Tells events and waits until all of them are dealt with. */
async function tell(...events: NewEvent[]): Promise<void> {
  let seq = 0;
  for (const event of events) seq = host.tell(event);
  await until('the event is dealt with', () => store.host(host.hostname)?.cursor === seq);
}

const write = async (account: FakeAccount, ...writes: Parameters<FakeAccount['write']>): Promise<NewEvent> => commitEvent(await account.write(...writes));

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-relay-'));
  directory = await startDirectory({ port: 0, file: ':memory:' });
});

after(async () => {
  await directory.close();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  host = await FakeHost.start();
  open(freshFile());
  await relay.requestCrawl(host.hostname);
});

afterEach(async () => {
  await checkPassedOn(store, host.origin, directory.url).finally(async () => {
    await shut();
    await host.close();
  });
});

describe('what is right is passed on', () => {
  it('from the first commit on: create, update, delete', async () => {
    const account = await FakeAccount.make(host, directory.url);
    await tell(account.identity, account.isActive, account.born);
    await tell(await write(account, [createOf('a')]));
    await tell(await write(account, [{ ...createOf('a', 'y'), action: 'update' }]));
    await tell(await write(account, [{ action: 'delete', path: createOf('a').path }, createOf('b')]));
    assert.deepEqual(await types(), ['#identity', '#account', '#commit', '#commit', '#commit', '#commit']);
    assert.equal(host.repositories, 0);
    assert.equal(refused(), 0);
    const { rev, cid } = account.served.commit;
    assert.deepEqual([store.account(account.did)?.head?.rev, store.account(account.did)?.head?.cid.toString()], [rev, cid.toString()]);
  });

  it('an account that was not known, once its whole repository is verified, with every commit from then on', async () => {
    const account = await FakeAccount.make(host, directory.url, 40);
    await account.write();
    await tell(account.sync, await write(account), await write(account));
    assert.deepEqual(await types(), ['#sync', '#commit', '#commit']);
    assert.equal(host.repositories, 1);
    const other = await FakeAccount.make(host, directory.url, 40);
    await tell(await write(other), await write(other));
    assert.deepEqual(await types(), ['#sync', '#commit', '#commit', '#commit', '#commit']);
    assert.equal(host.repositories, 2);
    assert.equal(refused(), 0);
  });

  it('a #sync to a later rev, after the repository is verified; to the same rev without', async () => {
    const account = await FakeAccount.make(host, directory.url);
    await tell(account.born);
    await account.write();
    await account.write();
    await tell(account.sync);
    assert.equal(host.repositories, 1);
    await tell(account.sync, await write(account));
    assert.equal(host.repositories, 1);
    assert.deepEqual(await types(), ['#commit', '#sync', '#sync', '#commit']);
  });

  it('after a gap, when the repository is right', async () => {
    const account = await FakeAccount.make(host, directory.url);
    await tell(account.born);
    await account.write();
    await tell(await write(account));
    assert.equal(host.repositories, 1);
    assert.equal(refused(), 0);
    assert.deepEqual(await types(), ['#commit', '#commit']);
    assert.equal(store.account(account.did)?.head?.rev, account.served.rev);
  });

  it('signed by a new key of the DID document', async () => {
    const account = await FakeAccount.make(host, directory.url);
    await tell(account.born);
    await account.move({ signer: await createP256Signer(await generateP256Key(false)) });
    await tell(await write(account));
    assert.deepEqual(await types(), ['#commit', '#commit']);
    assert.equal(refused(), 0);
  });

  it('a handle only if it is in the DID document', async () => {
    const account = await FakeAccount.make(host, directory.url);
    await tell(account.identity, identityEvent(account.did, parseHandle('other.test')));
    assert.deepEqual((await passedOn()).map(({ body }) => body['handle']), ['fake.test', undefined]);
  });

  it('each event once, in order, over lost connections and restarts', async () => {
    const account = await FakeAccount.make(host, directory.url);
    await tell(account.identity, account.born, await write(account));
    host.hangUp();
    await tell(await write(account), account.identity);
    const file = join(folder, `relay-${files}.sqlite`);
    await shut();
    const missed = await write(account);
    const seq = host.tell(missed);
    open(file);
    await until('caught up', () => store.host(host.hostname)?.cursor === seq);
    await tell(await write(account));
    assert.deepEqual(await types(), ['#identity', '#commit', '#commit', '#commit', '#identity', '#commit', '#commit']);
    const sequence = (await passedOn()).map(({ body }) => Number(body['seq']));
    assert.deepEqual(sequence, [...new Set(sequence)].sort((a, b) => a - b));
    assert.equal(refused(), 0);
    assert.equal(host.cursors.at(-1), String(seq - 1));
  });
});

/** What is told instead of a commit that is right. */
type Spoil = (message: CommitMessage, account: FakeAccount) => CommitMessage | Promise<CommitMessage>;

const spoilt: readonly { readonly name: string; readonly code: string; readonly spoil: Spoil }[] = [
  { name: 'another key signed', code: 'CommitSignature', spoil: async (_message, account) => {
    const liar = await createP256Signer(await generateP256Key(false));
    const before = account.signer;
    account.signer = liar;
    const message = await account.write();
    account.signer = before;
    return message;
  } },
  { name: 'the signature is high-S', code: 'CommitSignature', spoil: async (_message, account) => {
    const before = account.signer;
    account.signer = { publicKey: before.publicKey, sign: async (bytes) => highS(await before.sign(bytes)) };
    const message = await account.write();
    account.signer = before;
    return message;
  } },
  { name: 'a block is missing', code: 'BlockMissing', spoil: (message) => {
    const { root, blocks } = readCar(message.blocks);
    return { ...message, blocks: carBytes(root, blocks.slice(0, -1)) };
  } },
  { name: 'a block has another hash', code: 'BlockHash', spoil: (message) => {
    const blocks = message.blocks.slice();
    blocks[blocks.length - 1]! ^= 1;
    return { ...message, blocks };
  } },
  { name: 'an operation is not told of', code: 'PrevDataMismatch', spoil: (message) => ({ ...message, ops: [] }) },
  { name: 'the rev is far ahead', code: 'FutureRev', spoil: (_message, account) =>
    account.write([createOf('early')], new TidClock({ now: () => Date.now() + 600_000 })) },
  { name: 'the rev is another than that of the commit', code: 'MessageMismatch', spoil: (message) => ({ ...message, rev: new TidClock().next(message.rev) }) },
  { name: 'a field is missing', code: 'MessageForm', spoil: (message) => message },
];

function highS(signature: Uint8Array): Uint8Array {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  const high = Buffer.concat([signature.subarray(0, 32), Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex')]);
  assert.deepEqual(normalizeLowS('p256', high), signature);
  return high;
}

describe('what is wrong is refused and not passed on, and the account is fetched again', () => {
  for (const { name, code, spoil } of spoilt) {
    it(name, async () => {
      const account = await FakeAccount.make(host, directory.url);
      await tell(account.born);
      const good = account.served;
      const head = store.account(account.did)?.head;
      // Nothing is served yet, so that the account stays out of step.
      host.beforeRepo = () => { throw new Error('not now'); };
      const wrong = await spoil(await account.write([createOf('lie')]), account);
      const event = code === 'MessageForm' ? withoutField(wrong, 'tooBig') : bare(wrong);
      await tell(event);
      assert.ok([code, 'RepositoryUnavailable'].includes(lastRefusal() ?? 'nothing'), `refused as ${lastRefusal()}`);
      assert.ok(refused() >= 1);
      assert.deepEqual(await types(), ['#commit']);
      assert.deepEqual(store.account(account.did)?.head, head);
      assert.ok(store.account(account.did)?.astray);
      // What comes meanwhile is not passed on either; then the host serves what is right, and it goes on.
      account.served = good;
      await tell(await write(account));
      assert.deepEqual(await types(), ['#commit']);
      host.beforeRepo = () => undefined;
      await until('it is in step again', () => store.account(account.did)?.astray === undefined);
      assert.deepEqual(await types(), ['#commit', '#sync']);
      assert.equal(store.account(account.did)?.head?.rev, account.served.rev);
      await tell(await write(account));
      assert.deepEqual(await types(), ['#commit', '#sync', '#commit']);
    });
  }

  it('a fork: another commit with the same rev', async () => {
    const account = await FakeAccount.make(host, directory.url);
    await tell(account.born);
    const before = account.served;
    const micros = Date.now();
    const clock = (): TidClock => new TidClock({ clockId: 5, now: () => micros });
    await tell(await write(account, [createOf('one')], clock()));
    account.served = before;
    const fork = await account.write([createOf('two')], clock());
    assert.equal(fork.rev, store.account(account.did)?.head?.rev);
    await tell(commitEvent(fork));
    assert.equal(lastRefusal(), 'Fork');
    assert.deepEqual(await types(), ['#commit', '#commit']);
  });

  it('a #sync to an earlier rev', async () => {
    const account = await FakeAccount.make(host, directory.url);
    const { sync } = account;
    await tell(account.born, await write(account), sync);
    assert.equal(lastRefusal(), 'Rollback');
    assert.deepEqual(await types(), ['#commit', '#commit']);
  });

  it('a #sync whose repository is older, or not whole', async () => {
    const account = await FakeAccount.make(host, directory.url, 20);
    const before = account.served;
    await account.write();
    const { sync } = account;
    account.served = before;
    await tell(sync);
    assert.equal(lastRefusal(), 'RepositoryBehind');
    assert.deepEqual(await types(), []);
  });
});

describe('who may tell of whom', () => {
  it('refuses an account of another host, and a DID that nobody knows', async (t) => {
    const elsewhere = await FakeHost.start();
    t.after(() => elsewhere.close());
    const account = await FakeAccount.make(elsewhere, directory.url);
    await tell(account.born, account.identity, account.isActive, account.sync);
    assert.equal(lastRefusal(), 'WrongHost');
    await tell(identityEvent(parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')));
    assert.equal(lastRefusal(), 'UnknownIdentity');
    assert.equal(refused(), 5);
    assert.deepEqual(await types(), []);
    assert.equal(store.account(account.did), undefined);
  });

  it('follows an account to its new host, and no longer hears the old one', async (t) => {
    const account = await FakeAccount.make(host, directory.url);
    await tell(account.born);
    const next = await FakeHost.start();
    t.after(() => next.close());
    await relay.requestCrawl(next.origin);
    await account.move({ pds: next.origin });
    next.accounts.set(account.did, account);
    await tell({ ...account.isActive, body: { did: account.did, active: false, status: 'deactivated' } }, account.identity);
    assert.equal(lastRefusal(), 'WrongHost');
    const message = commitEvent(await account.write());
    next.tell(account.identity);
    next.tell(message);
    await until('the new host is heard', async () => (await types()).length === 3);
    assert.deepEqual(await types(), ['#commit', '#identity', '#commit']);
    assert.equal(store.account(account.did)?.hostname, next.hostname);
  });

  it('passes on no commits of an account that is not active, until its host says that it is', async () => {
    const account = await FakeAccount.make(host, directory.url);
    account.active = false;
    await tell(account.born, { ...account.isActive, body: { did: account.did, active: false, status: 'deactivated' } });
    await tell(await write(account));
    assert.equal(lastRefusal(), 'AccountInactive');
    assert.deepEqual(await types(), ['#commit', '#account']);
    account.active = true;
    await tell(await write(account));
    assert.deepEqual(await types(), ['#commit', '#account', '#account', '#identity', '#commit']);
    assert.equal(store.account(account.did)?.status, 'active');
  });

  it('begins anew with an account that was deleted', async () => {
    const account = await FakeAccount.make(host, directory.url, 5);
    await tell(account.sync, { ...account.isActive, body: { did: account.did, active: false, status: 'deleted' } });
    assert.equal(store.account(account.did)?.head, undefined);
    await tell(account.isActive, account.sync);
    assert.deepEqual(await types(), ['#sync', '#account', '#account', '#sync']);
    assert.equal(host.repositories, 2);
  });
});

describe('a host', () => {
  it('is crawled only if it describes itself', async (t) => {
    await assert.rejects(relay.requestCrawl('localhost:1'), { code: 'HostNotFound' });
    const other = await FakeHost.start();
    t.after(() => other.close());
    other.description = { availableUserDomains: [] };
    await assert.rejects(relay.requestCrawl(other.hostname), { code: 'HostNotFound' });
    assert.equal(store.host(other.hostname), undefined);
  });

  for (const name of ['', 'localhost', '127.0.0.1', '10.0.0.1:80', 'pds.example:8080', 'http://pds.example', 'https://pds.example/xrpc', '[::1]:2583', 'a b.example', 'localhost:99999', 'user@pds.example']) {
    it(`is not named ${JSON.stringify(name)}`, async () => {
      await assert.rejects(relay.requestCrawl(name), { code: 'InvalidHostname' });
    });
  }

  it('is left when it speaks no frames, and heard again where it was left', async () => {
    const account = await FakeAccount.make(host, directory.url);
    await tell(account.born);
    host.send('a text');
    await until('it was left', () => refused() === 1 && host.cursors.length === 2 && host.connections === 1);
    host.send(Uint8Array.of(0xff, 0xff));
    await until('it was left again', () => refused() === 2 && host.cursors.length === 3 && host.connections === 1);
    assert.deepEqual(host.cursors.slice(1), ['1', '1']);
    await tell(await write(account));
    assert.deepEqual(await types(), ['#commit', '#commit']);
  });

  it('is refused an event whose seq does not rise', async () => {
    const account = await FakeAccount.make(host, directory.url);
    await tell(account.identity, account.identity);
    await tell(account.identity);
    const { frame } = (await store.read(0, { limit: 1, bytes: 1e6 }))[0]!;
    const body = { ...(decodeFrame(frame) as { readonly body: CborMap }).body, seq: 2 };
    host.send(encodeFrame('#identity', body));
    await until('it is refused', () => refused() === 1);
    assert.equal(lastRefusal(), 'SeqOrder');
    assert.equal((await types()).length, 3);
  });

  it('rests after FutureCursor until it asks again', async () => {
    await until('it is heard', () => host.connections === 1);
    host.send(encodeErrorFrame('FutureCursor', 'There is nothing there.'));
    await until('it rests', () => store.host(host.hostname)?.status === 'idle' && host.connections === 0);
    assert.equal(host.cursors.length, 1);
    await relay.requestCrawl(host.hostname);
    await until('it is heard again', () => host.connections === 1);
    assert.deepEqual([host.cursors[1], store.host(host.hostname)?.status], ['0', 'active']);
  });
});

/** A commit as it was told, unlike `commitEvent` with nothing put right. */
function bare(message: CommitMessage): NewEvent {
  return { type: '#commit', did: message.repo, body: message as unknown as CborMap };
}

function withoutField(message: CommitMessage, name: string): NewEvent {
  const event = bare(message);
  return { ...event, body: Object.fromEntries(Object.entries(event.body).filter(([key]) => key !== name)) };
}
