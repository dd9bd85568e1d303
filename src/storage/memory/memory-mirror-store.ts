import { CidMap } from '../../protocol/index.ts';
import type { Cid, Did, Handle, Tid } from '../../protocol/index.ts';
import type { Block, BlockReader } from '../../repo/index.ts';
import { eventFrame, isKnown, isStopped, MirrorStoreError, termsFrom } from '../../mirroring/index.ts';
import type {
  AccountTerms, CopyAccount, CopyChange, CopyDetails, CopyHead, CopyWriter, EventFrame, Invitation, MirrorStore, NewEvent, NewInvitation, SealedKit, SealedKitKind, SeenOperation, StoredEvent, WatchedLog,
} from '../../mirroring/index.ts';
import { given } from './given.ts';
import { MemoryAlertBook } from './memory-alert-book.ts';
import { MemoryBlobStore } from './memory-blob-store.ts';
import { MemoryInvitations } from './memory-invitations.ts';
import { accountOf, checkHead, missing, put, withoutEmpty } from './memory-room.ts';
import type { Room } from './memory-room.ts';
import { MemoryWatchedLog } from './memory-watched-log.ts';

const HOUR_MS = 3_600_000;
/** Who took the head a moment ago needs what died since. */
const JUST_DIED_MS = 60_000;

/** A mirror in memory, and the plainest reading of the port. */
export class MemoryMirrorStore implements MirrorStore {
  readonly alerts: MemoryAlertBook;
  readonly #rooms = new Map<Did, Room>();
  readonly #tokens = new Map<string, number>();
  #firstHost: string | undefined;
  readonly #facts = new Map<string, Uint8Array>();
  readonly #invitations = new MemoryInvitations();
  readonly #blobs: MemoryBlobStore;
  readonly #now: () => number;
  #events: StoredEvent[] = [];
  #lastSeq = 0;
  #prunedSeq = 0;

  /** `blobs` hears which blobs the records name. */
  constructor({ blobs, now = Date.now }: { readonly blobs?: MemoryBlobStore; readonly now?: () => number } = {}) {
    this.#blobs = blobs ?? new MemoryBlobStore({ now });
    this.#now = now;
    this.alerts = new MemoryAlertBook((did) => ![undefined, 'deleted'].includes(this.#rooms.get(did)?.status), now);
  }

  async lastSeq(): Promise<number> {
    return this.#lastSeq;
  }

  async prunedSeq(): Promise<number> {
    return this.#prunedSeq;
  }

  async read(after: number, { host, ...most }: { readonly limit: number; readonly bytes: number; readonly host?: string }): Promise<readonly StoredEvent[]> {
    return given(this.#events.filter((event) => event.seq > after && (host === undefined || event.host === host)), most);
  }

  async frames(after: number, options: Parameters<MirrorStore['frames']>[1]): Promise<readonly EventFrame[]> {
    return (await this.read(after, options)).map(({ seq, frame }) => ({ seq, frame }));
  }

  async readOf(did: Did, after: number, { among, ...most }: { readonly limit: number; readonly bytes: number; readonly among: number }): Promise<readonly StoredEvent[]> {
    return given(this.#events.filter(({ seq }) => seq > after).slice(0, among).filter((event) => event.did === did), most);
  }

  async firstHost(name: string): Promise<void> {
    const host = this.#firstHost ??= name;
    for (const room of this.#rooms.values()) room.host ??= host;
    this.#events = this.#events.map((event) => ({ host, ...event }));
  }

  async account(did: Did): Promise<CopyAccount | undefined> {
    const room = this.#rooms.get(did);
    return room && accountOf(room);
  }

  async accountNamed(handle: Handle): Promise<CopyAccount | undefined> {
    const room = this.#named(handle);
    return room && accountOf(room);
  }

  async accounts({ limit, after = '', host }: { readonly limit: number; readonly after?: string; readonly host?: string }): Promise<readonly CopyAccount[]> {
    const rooms = [...this.#rooms.values()].filter((room) => room.did > after && (host === undefined || room.host === host));
    return rooms.sort((a, b) => (a.did < b.did ? -1 : 1)).slice(0, limit).map(accountOf);
  }

  async enroll({ did, handle, invitation: code, host }: Parameters<MirrorStore['enroll']>[0]): Promise<CopyAccount> {
    const before = this.#rooms.get(did);
    if (before !== undefined && before.status !== 'deleted') {
      throw new MirrorStoreError('AccountExists', 'This mirror has that account already', { did });
    }
    this.#checkFree(handle, did);
    const now = this.#now();
    const invitation = code === undefined ? undefined : this.#invitations.use(code, did, now);
    const room: Room = {
      did, handle, host: host ?? before?.host ?? this.#firstHost, status: 'pairing', createdAt: this.#now(), head: undefined, told: undefined, signingKey: undefined,
      collections: new Map(), blocks: new CidMap(), naming: new Map(), watched: new MemoryWatchedLog(), kits: new Map(), held: undefined, isOver: false, primary: undefined,
      terms: invitation === undefined || invitation.used !== undefined ? before?.terms ?? {} : termsFrom(invitation, now),
    };
    this.#rooms.set(did, room);
    return accountOf(room);
  }

  async update(did: Did, details: Partial<CopyDetails>, events: readonly NewEvent[] = []): Promise<readonly StoredEvent[]> {
    const room = this.#room(did);
    if (details.handle !== undefined) this.#checkFree(details.handle, did);
    if ('handle' in details) room.handle = details.handle;
    if (details.host !== undefined) room.host = details.host;
    if (details.status === 'pairing' || (isStopped(room) && details.status === 'active')) room.told = undefined;
    if (details.status !== undefined) {
      room.status = details.status;
      room.isOver = details.isOver === true;
    }
    if (details.signingKey !== undefined) room.signingKey = details.signingKey;
    if (details.createdAt !== undefined) room.createdAt = details.createdAt;
    if ('primary' in details) {
      room.primary = details.primary;
      if (room.primary === undefined) for (const [kind, { cameFrom: _, ...kit }] of room.kits) room.kits.set(kind, kit);
    }
    if (isStopped(details)) this.#withdraw(did);
    return this.#tell(room, events);
  }

  async commit(change: CopyChange): Promise<readonly StoredEvent[]> {
    const { did, expected, head, signingKey } = change;
    const room = this.#room(did);
    checkHead(room, expected);
    this.#kill(room, change.deadBlocks);
    put(room, change.newBlocks, head.rev);
    for (const [name, count] of change.grown) room.collections.set(name, (room.collections.get(name) ?? 0) + count);
    room.collections = withoutEmpty(room.collections);
    this.#refer(room, change.blobs, head.rev);
    this.#lead(room, head, signingKey);
    return this.#tell(room, change.events);
  }

  async copy(did: Did): Promise<CopyWriter> {
    const begun = this.#room(did);
    let blocks: Block[] = [];
    const references = new Map<string, readonly Cid[]>();
    return {
      add: async (more, blobs = new Map()) => {
        if (this.#room(did) !== begun) throw missing(did);
        blocks.push(...more.map(({ cid, bytes }) => ({ cid: cid.detached(), bytes: bytes.slice() })));
        for (const [path, cids] of blobs) references.set(path, cids.map((cid) => cid.detached()));
      },
      adopt: async ({ expected, head, signingKey, collections, events }) => {
        const room = this.#room(did);
        if (room !== begun) throw missing(did);
        checkHead(room, expected);
        const adopted = new CidMap<true>();
        for (const { cid } of blocks) adopted.set(cid, true);
        this.#kill(room, [...room.blocks.keys()].filter((cid) => !adopted.has(cid)));
        put(room, blocks, head.rev);
        // A reference that was there keeps its rev.
        const paths = new Set([...room.naming.keys(), ...references.keys()]);
        const changed = [...paths].filter((path) => room.naming.get(path)?.join() !== references.get(path)?.join());
        this.#refer(room, new Map(changed.map((path) => [path, references.get(path) ?? []])), head.rev);
        room.collections = withoutEmpty(collections);
        this.#lead(room, head, signingKey);
        blocks = [];
        return this.#tell(room, events);
      },
      discard: async () => {
        blocks = [];
        references.clear();
      },
    };
  }

  async remove(did: Did, events: readonly NewEvent[] = []): Promise<readonly StoredEvent[]> {
    const room = this.#room(did);
    if (!isKnown(accountOf(room))) [room.head, room.signingKey] = [undefined, undefined];
    room.handle = undefined;
    room.held = isStopped(room) ? room.status : undefined;
    room.status = 'deleted';
    room.told = undefined;
    room.collections.clear();
    room.blocks.clear();
    room.naming.clear();
    room.watched = new MemoryWatchedLog();
    room.kits.clear();
    this.alerts.forget(did);
    this.#blobs.forget(did);
    this.#withdraw(did);
    return this.#tell(room, events);
  }

  async release(did: Did): Promise<void> {
    const room = this.#rooms.get(did);
    if (room === undefined) return;
    room.held = undefined;
    room.isOver = false;
  }

  reader(did: Did): BlockReader {
    return { read: async (cids) => cids.map((cid) => this.#rooms.get(did)?.blocks.get(cid)?.bytes.slice()) };
  }

  async *blocksSince(did: Did, since: Tid): AsyncGenerator<readonly Block[]> {
    const latest = this.#now() - JUST_DIED_MS;
    const blocks: Block[] = [];
    for (const [cid, { bytes, came, died }] of this.#rooms.get(did)?.blocks.entries() ?? []) {
      if (came > since && (died === undefined || died > latest)) blocks.push({ cid, bytes: bytes.slice() });
    }
    if (blocks.length > 0) yield blocks;
  }

  async eventOf(did: Did, commit: Cid): Promise<Pick<StoredEvent, 'seq' | 'time'> | undefined> {
    const room = this.#rooms.get(did);
    const event = this.#events.find((each) => each.did === did && each.head?.cid.equals(commit));
    return event !== undefined ? { seq: event.seq, time: event.time } : room?.head?.cid.equals(commit) ? room.told : undefined;
  }

  async watched(did: Did): Promise<WatchedLog> {
    return (this.#rooms.get(did)?.watched ?? new MemoryWatchedLog()).log();
  }

  async see(did: Did, operations: readonly SeenOperation[]): Promise<void> {
    this.#room(did).watched.see(operations, this.#now());
  }

  async claim(did: Did, cids: readonly string[]): Promise<void> {
    this.#room(did).watched.claim(cids);
  }

  async invite(invitation: NewInvitation): Promise<boolean> {
    return this.#invitations.add(invitation, this.#now());
  }

  async invitations(options: { readonly limit: number; readonly before?: number }): Promise<readonly Invitation[]> {
    return this.#invitations.page(options);
  }

  async invitation(code: string): Promise<Invitation | undefined> {
    return this.#invitations.one(code);
  }

  async invitationsFrom(start: string): Promise<readonly Invitation[]> {
    return this.#invitations.from(start);
  }

  async withdraw(code: string): Promise<boolean> {
    return this.#invitations.withdraw(code, this.#now());
  }

  async offer(codes: readonly string[], note: string): Promise<void> {
    this.#invitations.offer(codes, note, this.#now());
  }

  async setTerms(did: Did, terms: AccountTerms): Promise<void> {
    this.#room(did).terms = terms;
  }

  async kits(did: Did): Promise<readonly SealedKit[]> {
    const kits = [...this.#rooms.get(did)?.kits.values() ?? []].sort((a, b) => (a.kind < b.kind ? -1 : 1));
    return kits.map(({ kind, file, storedAt, cameFrom }) => ({ kind, file: file.slice(), storedAt, ...(cameFrom !== undefined && { cameFrom }) }));
  }

  async putKit(did: Did, kit: Omit<SealedKit, 'storedAt'> & { readonly signingKey: string }): Promise<number> {
    const storedAt = this.#now();
    this.#room(did).kits.set(kit.kind, { ...kit, file: kit.file.slice(), storedAt });
    return storedAt;
  }

  async removeKit(did: Did, kind: SealedKitKind): Promise<void> {
    this.#room(did).kits.delete(kind);
  }

  async once(iss: Did, jti: string, exp: number): Promise<boolean> {
    const key = JSON.stringify([iss, jti]);
    if (this.#tokens.has(key)) return false;
    this.#tokens.set(key, exp);
    return true;
  }

  async firstFact(name: string, value: Uint8Array): Promise<Uint8Array> {
    if (!this.#facts.has(name)) this.#facts.set(name, value.slice());
    return this.#facts.get(name)!.slice();
  }

  async maintain(before: number): Promise<void> {
    const first = this.#events.findIndex(({ time }) => time >= before);
    this.#prunedSeq = (first === -1 ? this.#events : this.#events.slice(0, first)).at(-1)?.seq ?? this.#prunedSeq;
    this.#events = this.#events.filter(({ seq }) => seq > this.#prunedSeq);
    for (const { blocks } of this.#rooms.values()) {
      for (const [cid, { died }] of [...blocks.entries()]) if (died !== undefined && died < this.#now() - HOUR_MS) blocks.delete(cid);
    }
    for (const [key, exp] of this.#tokens) if (exp * 1000 < this.#now()) this.#tokens.delete(key);
  }

  #withdraw(did: Did): void {
    this.#events = this.#events.filter((event) => event.did !== did || (event.type !== '#commit' && event.type !== '#sync'));
  }

  #kill(room: Room, cids: readonly Cid[]): void {
    for (const cid of cids) {
      const block = room.blocks.get(cid);
      if (block !== undefined) block.died ??= this.#now();
    }
  }

  #refer(room: Room, blobs: ReadonlyMap<string, readonly Cid[]>, rev: Tid): void {
    for (const [path, cids] of blobs) {
      room.naming.delete(path);
      if (cids.length > 0) room.naming.set(path, cids.map((cid) => cid.detached()));
    }
    this.#blobs.refer(room.did, blobs, rev);
  }

  #lead(room: Room, head: CopyHead, signingKey: string): void {
    room.head = { cid: head.cid.detached(), rev: head.rev, data: head.data.detached() };
    room.signingKey = signingKey;
    for (const [kind, kit] of room.kits) if (kit.signingKey !== signingKey) room.kits.delete(kind);
    room.told = undefined;
  }

  #tell(room: Room, events: readonly NewEvent[]): readonly StoredEvent[] {
    const time = this.#now();
    return events.map((event) => {
      const seq = this.#lastSeq = Math.max(this.#lastSeq + 1, time * 1000);
      const { did, type, head } = event;
      const stored: StoredEvent = { seq, did, type, ...(room.host && { host: room.host }), ...(head && { head: { cid: head.cid, rev: head.rev } }), time, frame: eventFrame(event, seq, time) };
      this.#events.push({ ...stored, frame: stored.frame.slice() });
      if (head !== undefined && room.head?.cid.equals(head.cid)) room.told ??= { seq, time };
      return stored;
    });
  }

  #room(did: Did): Room {
    const room = this.#rooms.get(did);
    if (room === undefined || room.status === 'deleted') throw missing(did);
    return room;
  }

  #named(handle: Handle): Room | undefined {
    return [...this.#rooms.values()].find((room) => room.handle === handle);
  }

  #checkFree(handle: Handle | undefined, did: Did): void {
    const other = handle && this.#named(handle);
    if (other && other.did !== did) throw new MirrorStoreError('HandleTaken', 'Another account of this mirror has that handle', { handle });
  }
}
