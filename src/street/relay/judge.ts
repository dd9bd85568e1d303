import type { AtprotoIdentity } from '../../identity/index.ts';
import { accountEvent, commitEvent, identityEvent, isAccountStatus, syncEvent } from '../../mirroring/index.ts';
import type { NewEvent } from '../../mirroring/index.ts';
import { Cid, HoldfastError, isDid, isTid } from '../../protocol/index.ts';
import type { CborMap, Did, PublicKey } from '../../protocol/index.ts';
import { checkCommit, EMPTY_NODE, readSyncMessage, RepoError, verifyCommitMessage } from '../../repo/index.ts';
import type { Commit, CommitMessage } from '../../repo/index.ts';
import { ask, field } from './ask.ts';
import type { HostAddress } from './host-name.ts';
import type { Identities } from './identities.ts';
import { NotNow, Refusal } from './refusal.ts';
import type { RelayAccount, RelayStore } from './relay-store.ts';
import { fetchRepository } from './repository-fetch.ts';

/** What comes of an event: how its account stands now, and what to pass on or why nothing. Empty where it is nothing new. */
export interface Verdict {
  readonly account?: RelayAccount;
  readonly events?: readonly NewEvent[];
  readonly refusal?: { readonly code: string; readonly message: string };
}

/** What a judge is made with. */
export interface JudgeOptions {
  readonly store: RelayStore;
  readonly identities: Identities;
  /** The pause before a repository is fetched again, which doubles each time, in milliseconds. */
  readonly retryMs: number;
  /** Ends what is being fetched. */
  readonly signal: AbortSignal;
}

const LONGEST_PAUSE = 3_600_000;

/**
 * Judges what a host tells, and takes nothing for granted: the account is this host's, the commit is signed by the key of
 * its DID document, and follows the last one that was verified here; else the whole repository is fetched and verified.
 */
export class Judge {
  readonly #options: JudgeOptions;

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  /**
   * What comes of a frame. An account of this host about which something wrong was told is out of step from then on.
   * @param type of the frame, @param body what stands in it
   * @throws NotNow
   */
  async judge(host: HostAddress, type: string, body: CborMap): Promise<Verdict> {
    const judge = { '#commit': this.#commit, '#sync': this.#sync, '#identity': this.#identity, '#account': this.#account }[type];
    // Of a later version of the protocol, or for people.
    if (judge === undefined) return {};
    try {
      const did = didOf(body, type === '#commit' ? 'repo' : 'did');
      // After a move the old host may still tell that the account is gone. What tells of more than a commit is rare.
      const identity = await this.#ownedBy(host, did, type !== '#commit');
      const account = this.#options.store.account(did) ?? { did, hostname: host.hostname, status: 'active' };
      return await judge.call(this, host, account, body, identity).catch((fault: unknown) => this.#astray(host, account, fault));
    } catch (fault) {
      return { refusal: reasonOf(fault) };
    }
  }

  /**
   * Fetches the repository of an account that is out of step.
   * @throws NotNow
   */
  async again(host: HostAddress, account: RelayAccount): Promise<Verdict> {
    const { did, head, astray } = account;
    try {
      const commit = await this.#whole(host, did);
      if (astray?.atLeast !== undefined && commit.rev < astray.atLeast) throw behind(did);
      if (head !== undefined && commit.rev < head.rev) throw rollback(did);
      const isSame = head?.rev === commit.rev;
      if (isSame && !commit.cid.equals(head.cid)) throw fork(did);
      return { account: settled(host, account, commit), events: isSame ? [] : [syncEvent(did, commit.rev, commit)] };
    } catch (fault) {
      return this.#astray(host, account, fault);
    }
  }

  #astray({ hostname }: HostAddress, account: RelayAccount, fault: unknown): Verdict {
    const refusal = reasonOf(fault);
    if (refusal.code === 'AccountInactive') return { refusal };
    const attempts = (account.astray?.attempts ?? 0) + 1;
    const pause = Math.min(this.#options.retryMs * 2 ** (attempts - 1), LONGEST_PAUSE);
    return { refusal, account: { ...account, hostname, astray: { ...account.astray, attempts, retryAt: Date.now() + pause } } };
  }

  async #commit(host: HostAddress, account: RelayAccount, body: CborMap): Promise<Verdict> {
    const message = body as unknown as CommitMessage;
    const { did, head, astray } = account;
    if (head !== undefined && isOld(head, message.rev, message.commit, did)) return {};
    const { isGap, commit } = await this.#verify(did, message, head);
    if (astray !== undefined) {
      return { account: { ...account, hostname: host.hostname, astray: { ...astray, atLeast: commit.rev } } };
    }
    const isFirst = head === undefined && message.since === null && message.prevData.equals(EMPTY_NODE.cid);
    if (isGap || (head === undefined && !isFirst)) await this.#wholeOf(host, did, commit);
    const returned = await this.#returned(host, account);
    return { account: { ...settled(host, account, commit), status: 'active' }, events: [...returned, commitEvent(message)] };
  }

  /** With the key that the document names now, if it is not the one that was remembered. */
  async #verify(did: Did, message: CommitMessage, head: RelayAccount['head']): Promise<{ isGap: boolean; commit: Commit }> {
    return this.#withKey(did, async (key) => {
      try {
        const { commit } = await verifyCommitMessage(message, { key, did, ...(head !== undefined && { previous: head }) });
        return { isGap: false, commit };
      } catch (fault) {
        if (head === undefined || !isGapFault(fault)) throw fault;
        const { commit } = await verifyCommitMessage(message, { key, did });
        return { isGap: true, commit };
      }
    });
  }

  async #sync(host: HostAddress, account: RelayAccount, { rev, blocks }: CborMap): Promise<Verdict> {
    const { did, head } = account;
    const commit = readSyncMessage(rev, blocks);
    if (head !== undefined && commit.rev < head.rev) throw rollback(did);
    const isSame = head?.rev === commit.rev;
    if (isSame && !head.cid.equals(commit.cid)) throw fork(did);
    await this.#withKey(did, (key) => checkCommit(commit, { key, did }));
    // That it is at what is known already needs no look, unless it is out of step.
    if (!isSame || account.astray !== undefined) await this.#wholeOf(host, did, commit);
    const returned = await this.#returned(host, account);
    return { account: { ...settled(host, account, commit), status: 'active' }, events: [...returned, syncEvent(did, commit.rev, commit)] };
  }

  async #identity(_host: HostAddress, { did }: RelayAccount, { handle }: CborMap, identity: AtprotoIdentity): Promise<Verdict> {
    const isShown = typeof handle === 'string' && handle.toLowerCase() === identity.handle;
    return { events: [identityEvent(did, isShown ? identity.handle : undefined)] };
  }

  async #account({ hostname }: HostAddress, account: RelayAccount, { active, status }: CborMap): Promise<Verdict> {
    const { did, head } = account;
    if (active === true) {
      return { account: { ...account, hostname, status: 'active' }, events: [accountEvent(did, true)] };
    }
    if (active !== false || typeof status !== 'string' || !isAccountStatus(status)) throw badForm('#account', did);
    // What comes after a deletion begins anew.
    const kept = status === 'deleted' || head === undefined ? {} : { head };
    return { account: { did, hostname, status, ...kept }, events: [{ ...accountEvent(did, false), body: { did, active, status } }] };
  }

  /**
   * What the DID document says, which names this host as the account's.
   * @throws Refusal UnknownIdentity, WrongHost; NotNow
   */
  async #ownedBy(host: HostAddress, did: Did, fresh = false): Promise<AtprotoIdentity> {
    const identity = await this.#options.identities.of(did, fresh);
    if (identity.pds === host.origin) return identity;
    if (!fresh) return this.#ownedBy(host, did, true);
    throw new Refusal('WrongHost', 'The DID document of the account names another host.', { did });
  }

  async #withKey<Result>(did: Did, check: (key: PublicKey) => Promise<Result>): Promise<Result> {
    try {
      return await check(await this.#keyOf(did));
    } catch (fault) {
      if (!(fault instanceof RepoError) || fault.code !== 'CommitSignature') throw fault;
      return check(await this.#keyOf(did, true));
    }
  }

  async #keyOf(did: Did, fresh = false): Promise<PublicKey> {
    const { signingKey } = await this.#options.identities.of(did, fresh);
    if (signingKey === undefined) throw new Refusal('NoSigningKey', 'The DID document of the account names no signing key.', { did });
    return signingKey;
  }

  async #whole(host: HostAddress, did: Did): Promise<Commit> {
    await this.#ownedBy(host, did, true);
    return fetchRepository(host.origin, did, await this.#keyOf(did), this.#options.signal);
  }

  /** The repository as it is now must be whole, and not older than the commit that the event told of. */
  async #wholeOf(host: HostAddress, did: Did, told: Commit): Promise<void> {
    const { rev, cid } = await this.#whole(host, did);
    if (rev < told.rev) throw behind(did);
    if (rev === told.rev && !cid.equals(told.cid)) throw fork(did);
  }

  /** An account that was not active says by a commit that it is: if its host says so too, that is told first. */
  async #returned(host: HostAddress, { did, status }: RelayAccount): Promise<NewEvent[]> {
    if (status === 'active') return [];
    const url = `${host.origin}/xrpc/com.atproto.sync.getRepoStatus?did=${encodeURIComponent(did)}`;
    const answer = await ask(url).catch(() => undefined);
    // Consumers wait for both before they take commits again.
    if (answer?.status === 200 && field(answer.json, 'active') === true) return [accountEvent(did, true), identityEvent(did)];
    throw new Refusal('AccountInactive', 'The account is not active, so its commits are not passed on.', { did, accountStatus: status });
  }
}

/** A commit at or before the last one is nothing new. Two with one rev are a fork. */
function isOld(head: NonNullable<RelayAccount['head']>, rev: unknown, commit: unknown, did: Did): boolean {
  if (typeof rev !== 'string' || !isTid(rev) || rev > head.rev) return false;
  if (rev === head.rev && !(commit instanceof Cid && commit.equals(head.cid))) throw fork(did);
  return true;
}

function isGapFault(fault: unknown): boolean {
  return fault instanceof HoldfastError && fault.code === 'MessageMismatch' && ['since', 'prevData'].includes(String(fault.details['field']));
}

function settled(host: HostAddress, { did, status }: RelayAccount, { rev, cid, data }: Commit): RelayAccount {
  return { did, status, hostname: host.hostname, head: { rev, cid, data } };
}

/** @throws whatever is no reason to refuse, such as NotNow */
function reasonOf(fault: unknown): { readonly code: string; readonly message: string } {
  if (!(fault instanceof HoldfastError) || fault instanceof NotNow) throw fault;
  return { code: fault.code, message: fault.message };
}

function didOf(body: CborMap, name: string): Did {
  const did = body[name];
  if (typeof did === 'string' && isDid(did)) return did;
  throw new Refusal('MessageForm', 'An event does not name its account.');
}

const badForm = (type: string, did: Did): Refusal => new Refusal('MessageForm', `A ${type} is not what its lexicon says.`, { did, type });
const fork = (did: Did): Refusal => new Refusal('Fork', 'There are two different commits with one rev.', { did });
const rollback = (did: Did): Refusal => new Refusal('Rollback', 'The repository is at an earlier rev than before.', { did });
const behind = (did: Did): Refusal => new Refusal('RepositoryBehind', 'The repository that the host serves is older than what it told of.', { did });
