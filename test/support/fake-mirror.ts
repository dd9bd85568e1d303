import assert from 'node:assert/strict';
import { datetimeFromMs, formatDidKey, parseCid, parseDid, toJson } from '../../src/protocol/index.ts';
import type { Did, PublicKey, Signer } from '../../src/protocol/index.ts';
import {
  accountEvent, channelOver, ChannelError, decodeMirrorMessage, FrameQueue, Ingest, MirrorConversation, MirrorRefusal, syncEvent,
} from '../../src/mirroring/index.ts';
import type { Channel, MirrorDesk, Receipt } from '../../src/mirroring/index.ts';
import { carStream, Repository, repositoryBlocks } from '../../src/repo/index.ts';
import type { PairedMirror } from '../../src/pds/index.ts';
import { MemoryMirrorStore } from '../../src/storage/memory/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';

const key = await seededP256Signer(new Uint8Array(32).fill(98));

/** A mirror for one account, in memory, reached by `fetch` and by channels; what goes wrong is set by the test. */
export class FakeMirror {
  readonly url = 'https://mirror.test';
  readonly did = parseDid('did:web:mirror.test');
  readonly signer: Signer = key;
  /** Of its clock, in milliseconds. */
  behind = 0;
  readonly blobs = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Methods that were called by HTTP, and messages that came. */
  readonly calls: string[] = [];
  /** Runs before a call is answered. */
  before: (method: string) => Promise<void> = async () => undefined;
  /** Answers a call in the place of the mirror. */
  instead: (method: string) => Response | undefined = () => undefined;
  /** Changes a receipt before it goes out. */
  altered: (receipt: Receipt) => Receipt | Promise<Receipt> = (receipt) => receipt;
  /** So many receipts are lost, after what they confirm is durable. */
  losses = 0;
  store = new MemoryMirrorStore({ now: () => this.now() });
  #ingest: { readonly store: MemoryMirrorStore; readonly ingest: Ingest } | undefined;
  readonly #account: Did;
  /** The key that the DID document names. */
  accountKey: () => PublicKey;

  constructor(account: Did, accountKey: () => PublicKey) {
    this.#account = account;
    this.accountKey = accountKey;
  }

  now(): number {
    return Date.now() - this.behind;
  }

  /** One for each store: it knows what is on its way there. */
  get ingest(): Ingest {
    if (this.#ingest?.store !== this.store) this.#ingest = { store: this.store, ingest: this.#makeIngest() };
    return this.#ingest.ingest;
  }

  #makeIngest(): Ingest {
    return new Ingest({
      store: this.store, keys: { keyOf: async () => this.accountKey() }, signer: this.signer, now: () => this.now(), announce: () => undefined,
      limits: { blobBytes: 1_000_000, repoBytes: 50_000_000, aheadMs: 120_000 }, hasBlob: async (_did, cid) => this.blobs.has(cid.toString()),
    });
  }

  /** Has the account as it is in this CAR, active. */
  async begin(car: Uint8Array): Promise<void> {
    this.store = new MemoryMirrorStore({ now: () => this.now() });
    await this.store.enroll({ did: this.#account });
    await this.ingest.putRepo(this.#account, car);
    await this.activate();
  }

  /** As when its DID document names it. */
  async activate(): Promise<void> {
    const { head } = (await this.store.account(this.#account))!;
    const events = head === undefined ? [] : [syncEvent(this.#account, head.rev, (await Repository.open(this.store.reader(this.#account), head.cid)).commit)];
    await this.store.update(this.#account, { status: 'active' }, [accountEvent(this.#account, true), ...events]);
  }

  /** One that has lost everything. */
  async forget(): Promise<void> {
    this.store = new MemoryMirrorStore({ now: () => this.now() });
    await this.store.enroll({ did: this.#account });
    await this.activate();
  }

  /** How a house knows it. */
  known(more: Partial<PairedMirror> = {}): PairedMirror {
    return {
      url: this.url, mirrorDid: this.did, key: formatDidKey(this.signer.publicKey), state: 'active', isPaused: false,
      pairedAt: datetimeFromMs(0), ...more,
    };
  }

  get desk(): MirrorDesk {
    return {
      hello: async () => {
        this.calls.push('#hello');
        const account = await this.store.account(this.#account);
        if (account === undefined) throw new MirrorRefusal('AccountMissing', 'This mirror does not keep that account.');
        const { head } = account;
        return { type: '#welcome', time: datetimeFromMs(this.now()), limits: { blobBytes: 1, repoBytes: 1, aheadMs: 120_000 }, ...(head !== undefined && { head }) };
      },
      commit: async (did, message) => {
        this.calls.push('#commit');
        return this.altered(await this.ingest.commit(did, message));
      },
      missing: (did, blobs) => this.ingest.missing(did, blobs),
      follow: () => () => undefined,
      identity: async () => undefined,
    };
  }

  /** The house's end of a new channel. */
  connect(): Channel {
    const [to, from] = [new FrameQueue(), new FrameQueue()];
    void new MirrorConversation(channelOver(to, from), this.desk).run().catch(() => undefined);
    const channel = channelOver(from, to);
    return { send: (frame) => channel.send(frame), close: () => channel.close(), frames: this.#lossy(channel.frames) };
  }

  async *#lossy(frames: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const frame of frames) {
      if (decodeMirrorMessage(frame).type === '#ack' && this.losses-- > 0) throw new ChannelError('Lost', 'As the test wants it.');
      yield frame;
    }
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input));
    assert.equal(url.origin, this.url);
    const method = url.pathname.slice('/xrpc/'.length);
    this.calls.push(method.split('.').at(-1)!);
    await this.before(method);
    const instead = this.instead(method);
    if (instead !== undefined) return instead;
    try {
      return await this.#answer(method, url.searchParams, init);
    } catch (error) {
      if (!(error instanceof MirrorRefusal)) throw error;
      return Response.json({ error: error.code, message: error.message }, { status: 400 });
    }
  };

  async #answer(method: string, params: URLSearchParams, init: RequestInit | undefined): Promise<Response> {
    const account = (await this.store.account(this.#account))!;
    switch (method) {
      case 'app.holdfast.mirror.describe':
        return Response.json({
          did: this.did, key: formatDidKey(this.signer.publicKey), version: '1', time: datetimeFromMs(this.now()), handleDomains: [],
          limits: { blobBytes: 1_000_000, repoBytes: 50_000_000, aheadMs: 120_000 }, inviteRequired: false,
        });
      case 'app.holdfast.mirror.putRepo': {
        const { head, receipt } = await this.ingest.putRepo(
          this.#account, new Uint8Array(await new Response(init!.body).arrayBuffer()), undefined,
          params.has('replaces') ? parseCid(params.get('replaces')!) : undefined,
        );
        const told = receipt && receiptJson(await this.altered(receipt));
        return Response.json({ head: { commit: head.cid.toString(), rev: head.rev, data: head.data.toString() }, ...(told !== undefined && { receipt: told }) });
      }
      case 'app.holdfast.mirror.activate': {
        const { receipt } = await this.ingest.putRepo(this.#account, await this.car());
        return Response.json({ receipt: receiptJson(await this.altered(receipt!)) });
      }
      case 'app.holdfast.mirror.listMissingBlobs':
        return Response.json({ cids: [] });
      case 'app.holdfast.mirror.putBlob':
        this.blobs.set(params.get('cid')!, new Uint8Array(await new Response(init!.body).arrayBuffer()));
        return Response.json({});
      case 'com.atproto.sync.getRepo':
        return new Response(await this.car() as Uint8Array<ArrayBuffer>);
      case 'com.atproto.sync.getLatestCommit':
        if (account.head === undefined) return Response.json({ error: 'RepoNotFound', message: 'It is not here.' }, { status: 400 });
        return Response.json({ cid: account.head.cid.toString(), rev: account.head.rev });
      case 'com.atproto.sync.getBlob': {
        const bytes = this.blobs.get(parseCid(params.get('cid')!).toString());
        return bytes === undefined ? Response.json({ error: 'BlobNotFound', message: '' }, { status: 400 }) : new Response(bytes, { headers: { 'content-type': 'image/png' } });
      }
      default:
        throw new Error(`nobody plays ${method}`);
    }
  }

  /** What it serves. */
  async car(): Promise<Uint8Array> {
    const { head } = (await this.store.account(this.#account))!;
    const reader = this.store.reader(this.#account);
    const { commit } = await Repository.open(reader, head!.cid);
    return new Uint8Array(await new Response(carStream(commit.cid, repositoryBlocks(reader, commit, commit.data)) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
  }

  async head(): Promise<string | undefined> {
    return (await this.store.account(this.#account))?.head?.cid.toString();
  }
}

/** A receipt as HTTP has it. */
function receiptJson({ did, commit, rev, seq, time, sig }: Receipt): object {
  return { did, commit: commit.toString(), rev, seq, time, sig: toJson(sig) };
}
