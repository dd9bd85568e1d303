import assert from 'node:assert/strict';
import { test } from 'node:test';
import { House, post } from '../../../test/support/house.ts';
import { encodeCommitBody, MirrorRefusal, signReceipt } from '../../mirroring/index.ts';
import type { CopyHead, Primary, SealedKit } from '../../mirroring/index.ts';
import { cidOf, formatDidKey, parseDid, TidClock, toJson } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import { BlobRefused } from '../../storage/sqlite/index.ts';
import { seededP256Signer } from '../../testing/index.ts';
import { receiptView } from '../views.ts';
import type { AskPrimary, PrimaryAnswer } from './primary.ts';
import { Standbys } from './standbys.ts';

const DID = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
const signer = await seededP256Signer(new Uint8Array(32).fill(3));
const clock = new TidClock({ clockId: 1 });
const cid = (text: string): Cid => cidOf(new TextEncoder().encode(text), 'raw');

function answer(status: number, text = ''): PrimaryAnswer {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(text);
  }
  return { status, header: (name) => ({ 'content-type': 'application/json' })[name], body: body(), end: () => undefined };
}

/** A standby of one account, where nothing is verified: what it asks its primary for is told by the test. */
class Standby {
  head: CopyHead | undefined;
  readonly asked: string[] = [];
  /** What its owner is to be told of, by each look; `well` where there is nothing. */
  readonly seen: string[] = [];
  blobs: readonly Cid[] = [];
  putStream: () => Promise<unknown> = async () => undefined;
  readonly uploads = { begun: async () => undefined };
  primary: Primary | undefined = { url: 'https://first.test', key: formatDidKey(signer.publicKey) };
  readonly kits = new Map<string, SealedKit>();
  readonly standbys: Standbys;

  constructor(ask: (method: string, signal: AbortSignal, headers: Readonly<Record<string, string>>) => Promise<PrimaryAnswer>) {
    const asks: AskPrimary = (url, headers, signal) => {
      const method = new URL(url).pathname.split('.').at(-1)!;
      this.asked.push(method);
      return ask(method, signal, headers);
    };
    this.standbys = new Standbys({
      copies: {
        account: async () => ({ did: DID, status: 'pairing', terms: {}, ...(this.head !== undefined && { head: this.head }), ...(this.primary !== undefined && { primary: this.primary }) }),
        kits: async () => [...this.kits.values()],
        putKit: async (_did: unknown, kit: SealedKit) => void this.kits.set(kit.kind, { ...kit, storedAt: Date.now() }),
        removeKit: async (_did: unknown, kind: string) => void this.kits.delete(kind),
      },
      identities: { of: async () => ({ signingKey: signer.publicKey }) },
      ingest: {
        inTurn: (_did: unknown, work: () => Promise<unknown>) => work(),
        follow: async () => {
          const rev = clock.next();
          this.head = { cid: cid(rev), rev, data: cid(rev) };
        },
        followRepo: async () => Promise.reject(new MirrorRefusal('StaleHead', 'It has gone on.')),
      },
      blobs: { list: async () => this.blobs, info: async () => undefined, putStream: () => this.putStream(), uploads: this.uploads },
      limits: { blobBytes: 10 }, settings: { allBlobBytes: 10 }, log: () => undefined,
      alerts: { primary: async (_did: string, trouble: string | undefined) => void this.seen.push(trouble ?? 'well') },
    } as unknown as ConstructorParameters<typeof Standbys>[0], asks);
  }

  confirmed: CopyHead | undefined;

  /** What the primary says that it has confirmed: something new. */
  async goOn(commits: readonly Uint8Array[] = []): Promise<PrimaryAnswer> {
    const rev = clock.next();
    this.confirmed = { cid: cid(rev), rev, data: cid(rev) };
    return this.listed(commits);
  }

  async listed(commits: readonly Uint8Array[] = [], by = signer): Promise<PrimaryAnswer> {
    const receipt = await signReceipt(by, { did: DID, commit: this.confirmed!.cid, rev: this.confirmed!.rev, seq: 1 }, Date.now());
    return answer(200, JSON.stringify({ receipt: receiptView(receipt), commits: commits.map((bytes) => toJson(bytes)) }));
  }

  count(method: string): number {
    return this.asked.filter((each) => each === method).length;
  }
}

test('a primary that confirms something else whenever it is asked is not followed for ever', async () => {
  const { message } = await (await House.create()).write([{ action: 'create', path: 'app.bsky.feed.post/one', record: post('one') }]);
  let asked = 0;
  const standby: Standby = new Standby(async (method) => {
    if (method !== 'listCommits') return answer(200);
    assert.ok(asked < 1_000, 'it is asked for ever');
    return standby.goOn(asked++ % 2 === 0 ? [encodeCommitBody(message)] : []);
  });
  await assert.rejects(standby.standbys.follow(DID), { code: 'PrimaryUnreachable' });
  assert.equal(standby.count('getRepo'), 3);
  const commits: Standby = new Standby(() => {
    assert.ok(asked++ < 1_000, 'it is asked for ever');
    return commits.goOn([encodeCommitBody(message)]);
  });
  await assert.rejects(commits.standbys.follow(DID), { code: 'PrimaryUnreachable', message: /goes on faster/ });
});

/** What is asked for, and what comes of it, where the standby has all but three blobs. */
async function blobs(ask: () => Promise<PrimaryAnswer>, putStream?: () => Promise<unknown>): Promise<readonly [asked: number, outcome: string]> {
  const standby: Standby = new Standby((method) => (method === 'listCommits' ? standby.listed() : ask()));
  await standby.goOn();
  standby.head = standby.confirmed;
  standby.blobs = ['one', 'two', 'three'].map(cid);
  if (putStream !== undefined) standby.putStream = putStream;
  const outcome = await standby.standbys.follow(DID).then(() => 'done', ({ code }: { code: string }) => code);
  return [standby.count('getBlob'), outcome];
}

test('a blob that is not there, or is another, keeps no other away; a primary that is silent or refuses, or a full room, ends it', async () => {
  for (const status of [400, 404, 500]) assert.deepEqual(await blobs(async () => answer(status)), [3, 'done']);
  assert.deepEqual(await blobs(async () => answer(200), async () => Promise.reject(new BlobRefused('InvalidBlob', 'another'))), [3, 'done']);
  assert.deepEqual(await blobs(async () => Promise.reject(new TypeError('fetch failed'))), [1, 'PrimaryUnreachable']);
  assert.deepEqual(await blobs(async () => answer(429)), [1, 'PrimaryUnreachable']);
  assert.deepEqual(await blobs(async () => answer(200), async () => Promise.reject(new BlobRefused('QuotaExceeded', 'full'))), [1, 'QuotaExceeded']);
});

test('what has come of a blob that has another size with the primary is let go of, once, and it begins anew', async () => {
  for (const whole of [12_000_000, 8_000_000]) {
    for (const isSoAgain of [false, true]) {
      let begun: object | undefined = { size: 9_500_000, held: 9_000_000 };
      const deeds: string[] = [];
      const standby: Standby = new Standby(async (method, _signal, { range }) => {
        if (method !== 'getBlob') return standby.listed();
        const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
        const headers: Record<string, string> = from === 0 ? { 'content-length': String(whole) } : { 'content-range': `bytes ${from}-${whole - 1}/${whole}` };
        return { ...answer(from === 0 ? 200 : from < whole ? 206 : 416), header: (name) => headers[name] };
      });
      await standby.goOn();
      standby.head = standby.confirmed;
      standby.blobs = [cid('one')];
      Object.assign(standby.uploads, {
        begun: async () => begun,
        letGo: async () => {
          deeds.push('let go');
          if (!isSoAgain) begun = undefined;
        },
        put: async (_did: unknown, { size }: { size: number }, _part: unknown, offset: number) => void deeds.push(`put ${size} from ${offset}`),
      });
      await standby.standbys.follow(DID);
      assert.deepEqual(deeds, isSoAgain ? ['let go'] : ['let go', `put ${whole} from 0`]);
    }
  }
});

test('sealed kits are as with the primary; what makes no sense changes nothing, nor what comes once it is followed no more', async () => {
  const storedAt = new Date().toISOString();
  const kit = (kind: string, text: string): object => ({ kind, file: { $bytes: Buffer.from(text).toString('base64').replaceAll('=', '') }, storedAt });
  let given: () => PrimaryAnswer = () => assert.fail('not said');
  const standby: Standby = new Standby(async (method) => (method === 'getKits' ? given() : standby.listed()));
  await standby.goOn();
  standby.head = standby.confirmed;
  const held = async (answered: () => PrimaryAnswer): Promise<unknown> => {
    given = answered;
    await standby.standbys.follow(DID);
    return [...standby.kits.values()].map(({ kind, file }) => `${kind} ${Buffer.from(file).toString()}`).sort();
  };
  const list = (...kits: object[]) => () => answer(200, JSON.stringify({ kits }));
  assert.deepEqual(await held(list(kit('passkey', 'a'), kit('passphrase', 'b'))), ['passkey a', 'passphrase b']);
  assert.deepEqual(await held(list(kit('passphrase', 'c'))), ['passphrase c']);
  const nonsense: readonly (() => PrimaryAnswer)[] = [
    () => answer(500), () => answer(501), () => answer(404), () => answer(200, '<html>'), () => answer(200, '{}'), list(kit('third', 'd')), list(kit('passphrase', '')),
    list(kit('passphrase', 'x'.repeat(16_385))), list(kit('passkey', 'd'), kit('passkey', 'e'), kit('passkey', 'f')), list({ kind: 'passphrase', file: { $bytes: '*' }, storedAt }),
    () => answer(200, ' '.repeat(200_000) + JSON.stringify({ kits: [] })),
  ];
  for (const lie of nonsense) assert.deepEqual(await held(lie), ['passphrase c']);
  const { primary } = standby;
  for (const other of [undefined, { ...primary!, url: 'https://other.test' }]) {
    assert.deepEqual(await held(() => {
      standby.primary = other;
      return list(kit('passkey', 'd'))();
    }), ['passphrase c']);
    standby.primary = primary;
  }
  assert.deepEqual(await held(list()), []);
});

test('a sealed kit that the primary never gave stays, until it gives a later one; what it has given once goes with it', async () => {
  let given: object[] = [];
  const standby: Standby = new Standby(async (method) => (method === 'getKits' ? answer(200, JSON.stringify({ kits: given })) : standby.listed()));
  await standby.goOn();
  standby.head = standby.confirmed;
  const put = (text: string, storedAt: number, more: Partial<SealedKit> = {}): void => void standby.kits.set('passkey', { kind: 'passkey', file: Buffer.from(text), storedAt, ...more });
  const held = async (text?: string, storedAt = 0): Promise<string | undefined> => {
    const file = { $bytes: Buffer.from(text ?? '').toString('base64').replaceAll('=', '') };
    given = text === undefined ? [] : [{ kind: 'passkey', file, storedAt: new Date(storedAt).toISOString() }];
    await standby.standbys.follow(DID);
    const kit = standby.kits.get('passkey');
    return kit && Buffer.from(kit.file).toString();
  };
  put('mine', 2);
  assert.equal(await held(), 'mine', 'it never had one');
  assert.equal(await held('old', 1), 'mine', 'it has the one of before');
  assert.equal(await held(), 'mine', 'that was not taken here');
  assert.equal(await held('mine', 1), 'mine');
  assert.equal(await held(), undefined, 'the same, which was taken back then');
  put('mine', 2);
  assert.equal(await held('new', 3), 'new');
  assert.equal(await held('newer', 1), 'newer', 'by now it goes by that one alone');
  put('first', 2, { cameFrom: 'did:key:zOther' });
  assert.equal(await held(), 'first', 'another primary has given that');
});

test('whoever asks waits no longer than they want for a primary that says nothing, and closing ends it', async () => {
  const standby = new Standby((_method, signal) => new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error));
  }));
  await standby.standbys.followFor(DID, 1);
  const rest = standby.standbys.followFor(DID, 60_000);
  await standby.standbys.close();
  await assert.rejects(rest, { code: 'PrimaryUnreachable' });
  assert.deepEqual(standby.seen, [], 'that is nothing of the primary');
});

test('each look says what is to be said of the primary: it is well, silent, behind, or shows what it cannot have confirmed', async () => {
  const other = await seededP256Signer(new Uint8Array(32).fill(4));
  let ask: (standby: Standby) => Promise<PrimaryAnswer>;
  const standby: Standby = new Standby((method) => (method === 'listCommits' ? ask(standby) : Promise.resolve(answer(404))));
  const look = async (how: typeof ask): Promise<unknown> => {
    ask = how;
    const outcome = await standby.standbys.follow(DID).then(() => 'done', ({ code }: { code: string }) => code);
    return [outcome, ...standby.seen.splice(0)];
  };
  await standby.goOn();
  const { cid: held, rev, data } = standby.confirmed!;
  standby.head = standby.confirmed;
  assert.deepEqual(await look(() => standby.listed()), ['done', 'well']);
  assert.deepEqual(await look(async () => Promise.reject(new TypeError('fetch failed'))), ['PrimaryUnreachable', 'primarySilent']);
  assert.deepEqual(await look(async () => answer(200, '<html>')), ['PrimaryUnreachable', 'primarySilent']);
  assert.deepEqual(await look(() => standby.listed([], other)), ['PrimaryFalse', 'primaryFalse']);
  standby.confirmed = { cid: cid('another'), rev, data };
  assert.deepEqual(await look(() => standby.listed()), ['PrimaryFalse', 'primaryFalse'], 'a fork');
  standby.confirmed = { cid: held, rev, data };
  const later = clock.next();
  standby.head = { cid: cid(later), rev: later, data };
  assert.deepEqual(await look(() => standby.listed()), ['PrimaryBehind', 'primaryBehind']);
  standby.head = standby.confirmed;
  standby.blobs = [cid('one')];
  standby.putStream = async () => Promise.reject(new BlobRefused('QuotaExceeded', 'full'));
  const full: Standby = new Standby((method) => (method === 'listCommits' ? full.listed() : Promise.resolve(answer(200))));
  Object.assign(full, { head: standby.head, confirmed: standby.confirmed, blobs: standby.blobs, putStream: standby.putStream });
  await assert.rejects(full.standbys.follow(DID), { code: 'QuotaExceeded' });
  assert.deepEqual(full.seen, [], 'that its room is full is none of its doing');
});
