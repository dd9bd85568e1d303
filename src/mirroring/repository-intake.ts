import { formatDidKey } from '../protocol/index.ts';
import type { Cid, Did, Nsid, PublicKey } from '../protocol/index.ts';
import { checkCommit, REPOSITORY_LIMITS, RepoError, Tally, verifyRepository } from '../repo/index.ts';
import type { ByteSource, Commit } from '../repo/index.ts';
import { keyEvents, syncEvent } from './events.ts';
import type { HandedOver, IntakeOptions } from './ingest-options.ts';
import { MirrorRefusal } from './mirror-refusal.ts';
import { isStandby, isStopped } from './ports/mirror-store.ts';
import type { CopyAccount, CopyHead, CopyWriter } from './ports/mirror-store.ts';
import { mostBytes } from './quota.ts';
import { checkAhead, repoRefusal, twice } from './refusals.ts';
import { StreamTurns } from './stream-turns.ts';

/** Memory for blocks that come before their place, in bytes. What a house exports comes in the order of a walk. */
const WAITING_BYTES = 64_000_000;
/** A line may be dead and nobody know: whoever hands over anew is not kept waiting by it. */
const STILL_MS = 5_000;

/**
 * Takes whole repositories in, aside of what is there, and puts them in its place in one transaction. One of an account comes at a time, so that
 * what lies aside takes the room of one.
 */
export class RepositoryIntake {
  readonly #options: IntakeOptions;
  readonly #turns: StreamTurns;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#turns = new StreamTurns(options.stillMs ?? STILL_MS);
  }

  /** As `Ingest.putRepo`, and with `confirmed` as `Ingest.followRepo`. */
  async take(did: Did, source: ByteSource, { signal, ...wish }: Wish & { readonly signal?: AbortSignal } = {}): Promise<HandedOver> {
    await this.#account(did);
    // Of which no alarm is raised in the house that hears it: it looks what is here, and tries again.
    const turn = await this.#turns.begin(did, () => new MirrorRefusal('StaleHead', 'Another request hands the repository of this account over, and this one stood still.'));
    try {
      return await this.#takeInTurn(did, source instanceof Uint8Array ? source : turn.readWhole(source), signal, wish);
    } finally {
      turn.end();
    }
  }

  async #takeInTurn(did: Did, source: ByteSource, signal: AbortSignal | undefined, wish: Wish): Promise<HandedOver> {
    const before = await this.#account(did);
    if (before.status === 'active') await this.#options.admit?.(did);
    const check = (commit: Commit, account: CopyAccount): void => this.#checkPlace(commit, account, wish);
    const writer = await this.#options.store.copy(did);
    try {
      const read = await this.#read(did, before, writer, source, check, signal);
      return await this.#options.turns.take(did, () => twice(() => this.#adopt(did, writer, read, check)));
    } catch (error) {
      if (error instanceof AlreadyHeld) return this.#held(did, await this.#account(did), error.head);
      throw repoRefusal(error, 'Repo', before.head);
    } finally {
      // Of what was adopted there is nothing to forget; otherwise what stopped it is what is told.
      await writer.discard().catch(() => undefined);
    }
  }

  async #account(did: Did): Promise<CopyAccount> {
    const account = await this.#options.store.account(did);
    if (account === undefined || account.status === 'deleted') {
      throw new MirrorRefusal('AccountMissing', 'This mirror does not keep the account.', { did });
    }
    const { status, head } = account;
    if (isStopped(account)) throw new MirrorRefusal('AccountInactive', `The operator of this mirror has the account ${status}.`, { did, status }, head);
    return account;
  }

  async #read(
    did: Did, account: CopyAccount, writer: CopyWriter, source: ByteSource, check: CheckPlace, signal: AbortSignal | undefined,
  ): Promise<Read> {
    const { limits, now } = this.#options;
    const tally = new Tally();
    let key: PublicKey | undefined;
    const { commit } = await verifyRepository(source, {
      did, now: now(), waiting: WAITING_BYTES, keepForeign: true,
      limits: { ...REPOSITORY_LIMITS, bytes: mostBytes(account.terms.repoBytes, limits.repoBytes) },
      key: async (commit) => {
        check(commit, account);
        return (key = await this.#keyFor(did, commit));
      },
      visitor: {
        record: (path, cid, bytes) => tally.add(path, cid, bytes),
        blocks: (blocks) => writer.add(blocks, tally.takeBlobs()),
      },
      ...(signal !== undefined && { signal }),
    });
    // Records that repeat others come without a block.
    await writer.add([], tally.takeBlobs());
    return { commit, key: key!, tally };
  }

  /** Before much is read. @throws MirrorRefusal AccountInactive, StaleHead, StaleRev, FutureRev, RateLimitExceeded */
  #checkPlace({ cid, rev }: Commit, account: CopyAccount, { replaces, confirmed }: Wish): void {
    const held = account.head;
    if (isStandby(account) !== (confirmed !== undefined)) {
      throw new MirrorRefusal('AccountInactive', 'A standby takes what its primary has confirmed, and nothing else does.', { rev }, held);
    }
    if (confirmed !== undefined && !confirmed.equals(cid)) {
      throw new MirrorRefusal('StaleHead', 'The primary has confirmed another commit than the one that came.', { rev, confirmed: confirmed.toString() }, held);
    }
    if (held?.cid.equals(cid)) throw new AlreadyHeld(held);
    if (held !== undefined && replaces !== undefined && !held.cid.equals(replaces)) {
      throw new MirrorRefusal('StaleHead', 'The mirror holds another commit by now than the one that is to be replaced.', { rev, held: held.rev }, held);
    }
    if (held !== undefined && rev <= held.rev) {
      throw new MirrorRefusal('StaleRev', 'The mirror holds a commit with this rev or a later one already.', { rev, held: held.rev }, held);
    }
    checkAhead(rev, this.#options.now(), this.#options.limits, held);
    // To hand over what nobody has yet is no change.
    if (held !== undefined && confirmed === undefined) this.#options.writes.check(account);
  }

  async #keyFor(did: Did, commit: Commit): Promise<PublicKey> {
    const { keys, now } = this.#options;
    const key = await keys.keyOf(did);
    try {
      await checkCommit(commit, { key, did, now: now() });
      return key;
    } catch (error) {
      if (!(error instanceof RepoError) || error.code !== 'CommitSignature') throw error;
      return keys.keyOf(did, true);
    }
  }

  async #adopt(did: Did, writer: CopyWriter, { commit, key, tally }: Read, check: CheckPlace): Promise<HandedOver> {
    const account = await this.#account(did);
    check(commit, account);
    const head = { cid: commit.cid.detached(), rev: commit.rev, data: commit.data };
    const signingKey = formatDidKey(key);
    const events = await writer.adopt({
      expected: account.head?.cid, head, signingKey, collections: countsOf(tally),
      events: account.status === 'active' ? [...keyEvents(did, account.signingKey, signingKey), syncEvent(did, commit.rev, commit)] : [],
    });
    if (account.head !== undefined && !isStandby(account)) this.#options.writes.note(account);
    const told = events.find((event) => event.head !== undefined);
    if (told === undefined) return { head };
    this.#options.announce(events);
    return { head, receipt: await this.#options.receiptOf(did, head, told) };
  }

  async #held(did: Did, { status, told }: CopyAccount, head: CopyHead): Promise<HandedOver> {
    return status === 'active' && told !== undefined ? { head, receipt: await this.#options.receiptOf(did, head, told) } : { head };
  }
}

interface Wish {
  readonly replaces?: Cid;
  readonly confirmed?: Cid;
}

type CheckPlace = (commit: Commit, account: CopyAccount) => void;

interface Read {
  readonly commit: Commit;
  readonly key: PublicKey;
  readonly tally: Tally;
}

/** No fault: what is being read is here. */
class AlreadyHeld {
  readonly head: CopyHead;

  constructor(head: CopyHead) {
    this.head = head;
  }
}

function countsOf({ collections }: Tally): ReadonlyMap<Nsid, number> {
  return new Map([...collections].map(([name, { records }]) => [name, records]));
}
