import { accountEvent, commitEvent, decodeCommitBody, eventFrame, identityEvent, syncEvent } from '../../mirroring/index.ts';
import type { CopyAccount, NewEvent, StoredEvent } from '../../mirroring/index.ts';
import { decodeFrame, encodeCbor, parseDidKey, parseHandle } from '../../protocol/index.ts';
import type { CborMap, Cid, Did, PublicKey, Tid } from '../../protocol/index.ts';
import { readCar, readCommit, readSyncMessage, RepoError, verifyCommitMessage } from '../../repo/index.ts';
import type { CommitMessage } from '../../repo/index.ts';
import type { MirrorInspection } from '../../storage/sqlite/index.ts';
import { reasonOf } from '../log.ts';
import { Faults } from './faults.ts';
import type { Fault, OnProgress } from './faults.ts';

interface Told {
  readonly rev: Tid;
  readonly data: Cid;
  readonly cid: Cid;
}

/**
 * Reads the log of events as a reader of the network does: the numbers rise, each frame says what its row says, is what this
 * mirror would write, and each commit follows the one before it. What of an event nothing else depends on, such as the handle
 * in an `#identity`, is taken for what it says.
 */
export class EventCheck {
  readonly #inspection: MirrorInspection;
  readonly #faults = new Faults();
  readonly #faultsOf = new Map<Did, Faults>();
  /** What the log has said of each account last. */
  readonly #told = new Map<Did, Told>();
  /** The last event that said of an account that it is not active: what was told of it before may have been taken out. */
  readonly #ended = new Map<Did, number>();
  readonly #keys = new Map<Did, readonly PublicKey[]>();

  constructor(inspection: MirrorInspection) {
    this.#inspection = inspection;
  }

  /** All of it, at one moment. */
  async run(onProgress: OnProgress): Promise<readonly Fault[]> {
    await this.#inspection.atOneMoment(async () => {
      const { last, pruned } = this.#inspection.seqs();
      let before = pruned;
      let done = 0;
      for (const event of this.#inspection.events()) {
        if (event.seq <= before) this.#faults.add(`event ${event.seq} has a number that was given before`);
        before = event.seq;
        await this.#look(event);
        onProgress({ what: 'events', done: ++done });
      }
      if (before > last) this.#faults.add(`event ${before} has a number that was not given yet: the last is ${last}`);
      this.#compareHeads();
      for (const account of this.#inspection.accounts()) this.#compareTold(account, pruned);
    });
    return [this.#faults, ...this.#faultsOf.values()].flatMap((faults) => faults.list());
  }

  async #look(event: StoredEvent): Promise<void> {
    const { seq, did, time, frame, head } = event;
    try {
      const written = await this.#again(event);
      if (written.did !== did) throw new Error(`it is of ${written.did}`);
      if (!(head === undefined ? written.head === undefined : written.head?.cid.equals(head.cid) === true && written.head.rev === head.rev)) {
        throw new Error('it tells of another commit');
      }
      if (Buffer.compare(eventFrame(written, seq, time), frame) !== 0) throw new Error('its frame is not what this mirror would write');
    } catch (error) {
      // What follows it cannot be held to it.
      this.#told.delete(did);
      this.#fault(did, `event ${seq} is damaged: ${reasonOf(error)}`);
    }
  }

  #fault(did: Did, message: string): void {
    const faults = this.#faultsOf.get(did) ?? new Faults(did);
    this.#faultsOf.set(did, faults);
    faults.add(message);
  }

  /** The event as it is written of what the frame holds. */
  async #again({ seq, type, did, frame }: StoredEvent): Promise<NewEvent> {
    const read = decodeFrame(frame);
    if (read.kind !== 'message' || read.type !== type) throw new Error('it is of another type');
    const { body } = read;
    switch (type) {
      case '#commit':
        return this.#commit(did, body);
      case '#sync':
        return this.#sync(did, body);
      case '#identity':
        return identityEvent(did, body['handle'] === undefined ? undefined : parseHandle(text(body, 'handle')));
      case '#account':
        if (body['active'] !== true) {
          this.#told.delete(did);
          this.#ended.set(did, seq);
        }
        return accountEvent(did, body['active'] === true, body['status'] as Parameters<typeof accountEvent>[2]);
    }
  }

  async #commit(did: Did, body: CborMap): Promise<NewEvent> {
    const { seq: _seq, ...rest } = body;
    const message = decodeCommitBody(encodeCbor(rest));
    const commit = await this.#verified(did, message);
    this.#told.set(did, commit);
    return commitEvent(message);
  }

  async #verified(did: Did, message: CommitMessage): Promise<Told> {
    const previous = this.#told.get(did);
    for (const key of this.#keysOf(did)) {
      try {
        const { commit } = await verifyCommitMessage(message, { key, now: Date.now(), ...(previous !== undefined && { previous }) });
        return { cid: commit.cid.detached(), rev: commit.rev, data: commit.data.detached() };
      } catch (error) {
        if (!(error instanceof RepoError) || error.code !== 'CommitSignature') throw error;
      }
    }
    // Signed by a key of before that nobody remembers: its bytes are what their hashes say, and more cannot be known.
    return this.#unsigned(message.blocks, message.commit, did);
  }

  #sync(did: Did, body: CborMap): NewEvent {
    const commit = readSyncMessage(body['rev'], body['blocks']);
    if (commit.did !== did) throw new Error(`its commit is of ${commit.did}`);
    this.#told.set(did, { cid: commit.cid, rev: commit.rev, data: commit.data });
    return syncEvent(did, commit.rev, commit);
  }

  #unsigned(car: Uint8Array, cid: Cid, did: Did): Told {
    const block = readCar(car).blocks.find((each) => each.cid.equals(cid));
    if (block === undefined) throw new Error('it does not hold its commit');
    const commit = readCommit(block);
    if (commit.did !== did) throw new Error(`its commit is of ${commit.did}`);
    return { cid: cid.detached(), rev: commit.rev, data: commit.data.detached() };
  }

  /** The key of the head, and those that the log of the DID has named. */
  #keysOf(did: Did): readonly PublicKey[] {
    const known = this.#keys.get(did);
    if (known !== undefined) return known;
    const named = this.#inspection.watched(did).operations.map(({ body }) => {
      const { verificationMethods, signingKey } = JSON.parse(new TextDecoder().decode(body)) as { verificationMethods?: Record<string, string>; signingKey?: string };
      return verificationMethods?.['atproto'] ?? signingKey;
    });
    const keys = [...new Set([this.#inspection.account(did)?.signingKey, ...named])].flatMap((key) => {
      try {
        return key === undefined ? [] : [parseDidKey(key)];
      } catch {
        return [];
      }
    });
    this.#keys.set(did, keys);
    return keys;
  }

  #compareTold({ did, head, told }: CopyAccount, pruned: number): void {
    if (told === undefined || told.seq <= pruned) return;
    const event = this.#inspection.event(told.seq);
    if (event === undefined && (this.#ended.get(did) ?? 0) > told.seq) return;
    if (event?.did === did && event.time === told.time && head !== undefined && event.head?.cid.equals(head.cid) === true) return;
    this.#fault(did, `event ${told.seq} is noted as the one that told of its head, and it did not`);
  }

  /** What was told last of an account that is active is what it is at. */
  #compareHeads(): void {
    for (const [did, { cid }] of this.#told) {
      const account = this.#inspection.account(did);
      if (account?.status !== 'active' || account.head === undefined || account.head.cid.equals(cid)) continue;
      this.#fault(did, `its head is ${account.head.cid.toString()}, and the last event tells of ${cid.toString()}`);
    }
  }
}

function text(body: CborMap, name: string): string {
  const value = body[name];
  if (typeof value === 'string') return value;
  throw new Error(`its ${name} is no text`);
}
