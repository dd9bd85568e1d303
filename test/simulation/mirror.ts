// A mirror: the production modules, put together as src/mirror/mirror.ts does, without its sockets.
import { DatabaseSync } from 'node:sqlite';
import { documentOf, plcDataOf } from '../../src/identity/index.ts';
import { accountEvent, ChannelError, Firehose, Ingest, MirrorConversation, syncEvent } from '../../src/mirroring/index.ts';
import type { Channel, MirrorDesk, StoredEvent } from '../../src/mirroring/index.ts';
import { makeDesk } from '../../src/mirror/desk.ts';
import { Followers } from '../../src/mirror/followers.ts';
import { HostNames } from '../../src/mirror/host-names.ts';
import { answer } from '../../src/mirror/http/answer.ts';
import { Identities } from '../../src/mirror/identity/identities.ts';
import { Codes } from '../../src/mirror/invitations.ts';
import { METHODS } from '../../src/mirror/methods.ts';
import { Switchboard } from '../../src/mirror/switchboard.ts';
import { Metrics } from '../../src/mirror/metrics.ts';
import type { MirrorHost } from '../../src/mirror/mirror-host.ts';
import { readSettings } from '../../src/mirror/settings.ts';
import { createServer, makeHost, repositoriesOf } from '../../src/pds/index.ts';
import type { PairedMirror, Pds } from '../../src/pds/index.ts';
import { datetimeFromMs, formatDidKey, parseDid } from '../../src/protocol/index.ts';
import type { Did, PublicKey, Signer } from '../../src/protocol/index.ts';
import { Repository } from '../../src/repo/index.ts';
import { AccountRows } from '../../src/storage/sqlite/account-rows.ts';
import { AlertRows } from '../../src/storage/sqlite/alert-rows.ts';
import type { BlobFiles } from '../../src/storage/sqlite/blob-files.ts';
import { BlobRows } from '../../src/storage/sqlite/blob-rows.ts';
import { BlockRows } from '../../src/storage/sqlite/block-rows.ts';
import { Database } from '../../src/storage/sqlite/database.ts';
import { EventRows } from '../../src/storage/sqlite/event-rows.ts';
import { HostRows } from '../../src/storage/sqlite/host-rows.ts';
import { InvitationRows } from '../../src/storage/sqlite/invitation-rows.ts';
import { KitRows } from '../../src/storage/sqlite/kit-rows.ts';
import { OperationRows } from '../../src/storage/sqlite/operation-rows.ts';
import { FileBlobStore } from '../../src/storage/sqlite/file-blob-store.ts';
import { BATCH, GRACE_MS } from '../../src/storage/sqlite/parts.ts';
import { SqliteMirrorStore } from '../../src/storage/sqlite/sqlite-mirror-store.ts';
import { Sweeper } from '../../src/storage/sqlite/sweeper.ts';
import { UploadRows } from '../../src/storage/sqlite/upload-rows.ts';
import { Consumer } from './consumer.ts';
import { MemoryFiles } from './memory-files.ts';
import type { Server } from './wire.ts';
import type { Process, World } from './world.ts';

const ORIGIN = 'https://mirror.test';
const LIMITS = { blobBytes: 1_000_000, repoBytes: 50_000_000, aheadMs: 120_000 };

/** Thrown where a mirror ends in the midst of its work. */
class Stopped extends Error {}

interface Running {
  readonly process: Process;
  readonly database: Database;
  readonly host: MirrorHost;
  readonly desk: MirrorDesk;
  readonly pds: Pds;
}

let databases = 0;

/** A mirror that keeps one account, with a disk that outlives its process. */
export class SimulatedMirror implements Server {
  readonly did = parseDid('did:web:mirror.test');
  readonly url = ORIGIN;
  readonly #world: World;
  readonly #signer: Signer;
  readonly #account: Did;
  readonly #accountKey: PublicKey;
  readonly #disk = `file:/simulated-${++databases}?vfs=memdb`;
  /** While it is open, what is in memory stays. */
  readonly #keeper = new DatabaseSync(this.#disk);
  readonly #files = new MemoryFiles();
  #running: Running | undefined;
  /** At how many more moments of its store it stops. */
  #stopsIn = Infinity;
  onStop: (process: Process) => void = () => undefined;
  readonly consumer: Consumer;
  /** Errors that nobody foresaw. */
  readonly errors: unknown[] = [];

  constructor(world: World, signer: Signer, account: Did, accountKey: PublicKey) {
    [this.#world, this.#signer, this.#account, this.#accountKey] = [world, signer, account, accountKey];
    this.consumer = new Consumer(world);
  }

  get process(): Process | undefined {
    return this.#running?.process;
  }

  /** What is stored, while it runs. */
  get host(): MirrorHost {
    return this.#running!.host;
  }

  /** How a house knows it. */
  known(): PairedMirror {
    return {
      url: this.url, mirrorDid: this.did, key: formatDidKey(this.#signer.publicKey), state: 'active', isPaused: false,
      pairedAt: datetimeFromMs(this.#world.now),
    };
  }

  accept(channel: Channel): void {
    const { desk } = this.#running!;
    new MirrorConversation(channel, desk).run().catch((error: unknown) => {
      if (!(error instanceof ChannelError)) this.#failed(error);
    });
  }

  answer(request: Request): Promise<Response> {
    const { host, pds } = this.#running!;
    return answer({ host, pds, ownReads: async () => undefined, converse: async () => new Response(null, { status: 501 }) }, request);
  }

  /** Starts it over what the disk has. */
  async start(): Promise<void> {
    const process: Process = { name: 'mirror', isAlive: true, ahead: 0 };
    await this.#world.run(() => this.#open(process), process);
  }

  /** The same, while others run. */
  startBeside(): void {
    const process: Process = { name: 'mirror', isAlive: true, ahead: 0 };
    this.#world.after(0, () => {
      this.#open(process).catch((error: unknown) => this.#failed(error));
    }, process);
  }

  /** Kills it now, or in the midst of what it stores next. */
  stop(atPoint?: number): void {
    if (atPoint !== undefined) this.#stopsIn = atPoint;
    else this.#kill();
  }

  /** It does not stop by itself any more. */
  heal(): void {
    this.#stopsIn = Infinity;
  }

  /** Lets go of the disk. */
  end(): void {
    this.#running?.database.close();
    this.#keeper.close();
  }

  /** Has the account as it is in this CAR, active. To be called in its process. */
  async begin(car: Uint8Array): Promise<void> {
    const { copies, ingest } = this.host;
    await copies.enroll({ did: this.#account });
    const { head } = await ingest.putRepo(this.#account, car);
    const { commit } = await Repository.open(copies.reader(this.#account), head.cid);
    this.host.announce(await copies.update(this.#account, { status: 'active' }, [accountEvent(this.#account, true), syncEvent(this.#account, head.rev, commit)]));
  }

  async log(): Promise<readonly StoredEvent[]> {
    return this.host.copies.read(0, { limit: 100_000, bytes: Number.MAX_SAFE_INTEGER });
  }

  async #open(process: Process): Promise<void> {
    const now = this.#world.clock;
    const database = new Database(this.#disk, () => this.#point(process));
    const blocks = new BlockRows(database);
    const sweeper = new Sweeper(
      () => database.isOpen,
      () => database.transaction(() => blocks.sweepCopy(now() - GRACE_MS, BATCH)),
      () => blobs.sweepLoose(),
    );
    const accounts = new AccountRows(database);
    const parts = {
      database, accounts, alerts: new AlertRows(database, accounts, now), blocks, blobs: new BlobRows(database), uploads: new UploadRows(database), events: new EventRows(database), hosts: new HostRows(database),
      operations: new OperationRows(database), invitations: new InvitationRows(database), kits: new KitRows(database), sweeper, now,
    };
    const blobs: FileBlobStore = new FileBlobStore({ ...parts, files: this.#files as unknown as BlobFiles });
    try {
      database.transaction(() => blocks.removeStaged());
      await blobs.sweepNew();
    } catch (error) {
      database.close();
      throw error;
    }
    sweeper.begin();
    const copies = new SqliteMirrorStore(parts);
    const identities = new Identities({ directory: ORIGIN, now, fetchDocument: () => this.#document() });
    const firehose = new Firehose({ log: copies, now });
    const followers = new Followers();
    const announce = (events: readonly StoredEvent[]): void => {
      for (const { type, head } of events) this.#world.note(`the mirror tells ${type} ${head?.rev ?? ''}`);
      firehose.announce(events);
      followers.tell(events);
    };
    const settings = { ...readSettings({}), hostname: 'mirror.test', relays: [] };
    const names = new HostNames(settings, 0);
    await copies.firstHost(names.first.name);
    const host: MirrorHost = makeHost({
      did: this.did, at: names.first, names, placing: { choose: () => ({ ...names.first, isFull: false }) }, outlets: { all: [], of: () => undefined }, settings, limits: LIMITS, copies, blobs, identities, signer: this.#signer, announce, followers, switchboard: new Switchboard(), metrics: new Metrics(), now,
      // No log of a DID is here to be watched.
      watcher: { soon: () => undefined, told: () => undefined, claimed: () => undefined },
      codes: new Codes({ copies, log: () => undefined, now }),
      standbys: { followFor: async () => undefined },
      alerts: { standing: async () => undefined, noPrimary: async () => false }, sender: { kinds: [], test: async () => undefined, code: async () => undefined }, pushKey: '',
      log: () => undefined, version: '1',
      store: repositoriesOf(copies, names.first.name), maxBlobBytes: LIMITS.blobBytes,
      ingest: new Ingest({ store: copies, keys: identities, signer: this.#signer, limits: LIMITS, now, hasBlob: async (did, cid) => await blobs.info(did, cid) !== undefined, announce }),
      onError: (error: unknown) => this.#failed(error),
    });
    firehose.subscribe(this.consumer.cursor, this.consumer.sinkOf(process), new AbortController().signal).catch((error: unknown) => this.#failed(error));
    this.#running = { process, database, host, desk: makeDesk(host), pds: createServer(host, METHODS) };
  }

  async #document(): Promise<unknown> {
    await this.#world.sleep(this.#world.random.between(1, 30));
    return documentOf(plcDataOf({ signingKey: this.#accountKey, pds: ORIGIN }, []), this.#account);
  }

  #point(process: Process): void {
    if (!process.isAlive) throw new Stopped();
    if (--this.#stopsIn > 0) return;
    this.#stopsIn = Infinity;
    this.#world.note('the mirror stops in the midst of its work');
    // The transaction is taken back, or was committed before; what comes after that never runs.
    process.isAlive = false;
    this.#world.after(0, () => this.#kill(), this.#world.outside);
    throw new Stopped();
  }

  #kill(): void {
    if (this.#running === undefined) return;
    const { process, database } = this.#running;
    this.#running = undefined;
    this.#stopsIn = Infinity;
    process.isAlive = false;
    this.consumer.lose();
    database.close();
    this.onStop(process);
  }

  #failed(error: unknown): void {
    for (let each = error; each instanceof Error; each = each.cause) if (each instanceof Stopped) return;
    this.errors.push(error);
  }
}
