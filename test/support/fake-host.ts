// A host that says what a test tells it to say, right or wrong: describeServer, getRepo, getRepoStatus, subscribeRepos.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { dataOf, genesisDid, operationCid, operationOf, plcDataOf, signOperation } from '../../src/identity/index.ts';
import type { PlcOperation } from '../../src/identity/index.ts';
import { accountEvent, commitEvent, eventFrame, identityEvent, syncEvent } from '../../src/mirroring/index.ts';
import type { NewEvent } from '../../src/mirroring/index.ts';
import { createP256Signer, generateP256Key, parseHandle, parseNsid, TidClock } from '../../src/protocol/index.ts';
import type { CborMap, Did, Signer } from '../../src/protocol/index.ts';
import { carStream, commitMessage, Repository, repositoryBlocks } from '../../src/repo/index.ts';
import type { CommitMessage, CommitResult, Write } from '../../src/repo/index.ts';
import { MemoryBlockStore } from '../../src/storage/memory/index.ts';
import { connectPatiently } from './patient-connections.ts';

connectPatiently();

const COLLECTION = parseNsid('app.holdfast.test');

/** Waits until something holds, and fails by saying what did not. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 25);
    });
  }
  throw new Error(`never came true: ${what}`);
}

/** A host on a port of its own. */
export class FakeHost {
  readonly origin: string;
  readonly hostname: string;
  /** What describeServer answers. */
  description: unknown = { did: 'did:web:fake.test', availableUserDomains: [] };
  /** Called before a repository is served, which it can refuse by throwing. */
  beforeRepo: (did: Did) => void = () => undefined;
  /** Cursors of the connections so far. */
  readonly cursors: string[] = [];
  readonly accounts = new Map<Did, FakeAccount>();
  /** How often repositories were asked for. */
  repositories = 0;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #log: { readonly seq: number; readonly frame: Uint8Array }[] = [];
  #seq = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.hostname = `localhost:${(server.address() as AddressInfo).port}`;
    this.origin = `http://${this.hostname}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#answer(new URL(request.url!, this.origin), response));
    server.on('upgrade', (request: IncomingMessage, socket, head) => {
      const cursor = new URL(request.url!, this.origin).searchParams.get('cursor') ?? 'none';
      this.cursors.push(cursor);
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        for (const { seq, frame } of this.#log) if (seq > Number(cursor)) client.send(frame);
        this.#sockets.emit('connection', client);
      });
    });
  }

  static async start(): Promise<FakeHost> {
    const server = createServer().listen(0, 'localhost');
    await once(server, 'listening');
    return new FakeHost(server);
  }

  get connections(): number {
    return this.#sockets.clients.size;
  }

  /** Ends the connections that are open; they may come again. */
  hangUp(): void {
    for (const client of this.#sockets.clients) client.terminate();
  }

  async close(): Promise<void> {
    this.hangUp();
    this.#server.closeAllConnections();
    await new Promise((done) => {
      this.#server.close(done);
    });
  }

  /** Tells an event and gives its `seq`. */
  tell(event: NewEvent): number {
    const seq = ++this.#seq;
    this.send(eventFrame(event, seq, Date.now()), seq);
    return seq;
  }

  /** A frame as it is; with a `seq` it is told again to whoever comes from before it. */
  send(frame: Uint8Array | string, seq?: number): void {
    if (seq !== undefined && typeof frame !== 'string') this.#log.push({ seq, frame });
    for (const client of this.#sockets.clients) client.send(frame);
  }

  async #answer(url: URL, response: ServerResponse): Promise<void> {
    const did = url.searchParams.get('did') as Did;
    const account = this.accounts.get(did);
    const json = (status: number, body: unknown): unknown => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (url.pathname) {
      case '/xrpc/com.atproto.server.describeServer': return void json(200, this.description);
      case '/xrpc/com.atproto.sync.getRepoStatus': return void json(200, { did, active: account?.active ?? false });
      case '/xrpc/com.atproto.sync.getRepo': break;
      default: return void json(501, { error: 'MethodNotImplemented' });
    }
    this.repositories++;
    try {
      this.beforeRepo(did);
      if (account === undefined) throw new Error('unknown');
      const { commit } = account.served;
      response.writeHead(200, { 'content-type': 'application/vnd.ipld.car' });
      for await (const chunk of carStream(commit.cid, repositoryBlocks(account.blocks, commit, commit.data))) response.write(chunk);
      response.end();
    } catch {
      if (!response.headersSent) json(400, { error: 'RepoNotFound' });
      else response.destroy();
    }
  }
}

/** An account at a fake host, registered at a directory. */
export class FakeAccount {
  readonly did: Did;
  readonly host: FakeHost;
  readonly blocks = new MemoryBlockStore();
  readonly #directory: string;
  readonly #rotation: Signer;
  signer: Signer;
  active = true;
  /** What getRepo serves. */
  served: Repository;
  #last: PlcOperation;
  #records = 0;
  #first: CommitResult;

  private constructor(host: FakeHost, directory: string, did: Did, signer: Signer, last: PlcOperation, first: CommitResult, blocks: MemoryBlockStore) {
    this.host = host;
    this.#directory = directory;
    this.did = did;
    this.signer = signer;
    this.#rotation = signer;
    this.#last = last;
    this.#first = first;
    this.served = first.repository;
    this.blocks = blocks;
    host.accounts.set(did, this);
  }

  static async make(host: FakeHost, directory: string, records = 0): Promise<FakeAccount> {
    const signer = await createP256Signer(await generateP256Key(false));
    const data = plcDataOf({ signingKey: signer.publicKey, handle: parseHandle('fake.test'), pds: host.origin }, [signer.publicKey]);
    const genesis = await signOperation(signer, operationOf(data, null));
    const did = genesisDid(genesis);
    await post(directory, did, genesis);
    const blocks = new MemoryBlockStore();
    const writes = Array.from({ length: records }, (_, index) => createOf(`old${index}`));
    const first = await Repository.create(blocks, did, { signer, clock: new TidClock() }, writes);
    await blocks.apply({ put: first.newBlocks });
    return new FakeAccount(host, directory, did, signer, genesis, first, blocks);
  }

  /** The event of the very first commit. */
  get born(): NewEvent {
    return commitEvent(commitMessage(this.#first, new Date()));
  }

  get identity(): NewEvent {
    return identityEvent(this.did, parseHandle('fake.test'));
  }

  get isActive(): NewEvent {
    return accountEvent(this.did, true);
  }

  get sync(): NewEvent {
    const { commit } = this.served;
    return syncEvent(this.did, commit.rev, commit);
  }

  /** Makes and serves the next commit; the event is not told. */
  async write(writes: readonly Write[] = [createOf(`r${++this.#records}`)], clock = new TidClock()): Promise<CommitMessage> {
    const result = await this.served.write(writes, { signer: this.signer, clock });
    await this.blocks.apply({ put: result.newBlocks });
    this.served = result.repository;
    return commitMessage(result, new Date());
  }

  /** Changes the DID document. */
  async move(to: { readonly pds?: string; readonly signer?: Signer }): Promise<void> {
    const data = dataOf(this.#last)!;
    const { verificationMethods, services } = plcDataOf({ signingKey: (to.signer ?? this.signer).publicKey, pds: to.pds ?? this.host.origin }, []);
    this.#last = await signOperation(this.#rotation, operationOf({ ...data, verificationMethods, services }, operationCid(this.#last)));
    await post(this.#directory, this.did, this.#last);
    if (to.signer !== undefined) this.signer = to.signer;
  }
}

/** A write that makes a record. */
export function createOf(rkey: string, text = 'x'): Write & { readonly action: 'create' } {
  return { action: 'create', path: `${COLLECTION}/${rkey}`, record: { $type: COLLECTION, text } as CborMap };
}

async function post(directory: string, did: Did, operation: PlcOperation): Promise<void> {
  const { status } = await fetch(`${directory}/${did}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(operation),
  });
  if (status !== 200) throw new Error(`the directory answers ${status}`);
}
