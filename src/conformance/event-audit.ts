import * as subscribe from '@atcute/atproto/types/sync/subscribeRepos';
import { safeParse } from '@atcute/lexicons/validations';
import { decodeFrame, FrameError, HoldfastError, isDid, toJson, datetimeToMs, isDatetime } from '../protocol/index.ts';
import type { CborMap, Did, PublicKey } from '../protocol/index.ts';
import { blobsNamedIn, checkCommit, EMPTY_NODE, readCar, readSyncMessage, RepoError, verifyCommitMessage } from '../repo/index.ts';
import type { Commit, CommitMessage } from '../repo/index.ts';
import { contradicts } from './account-state.ts';
import type { Accounts } from './accounts.ts';
import { count, Finding, NotSeen, shown } from './check.ts';
import { stowawayOf } from './stowaways.ts';

/** What of a firehose can be right or wrong: each is a check of its own. */
export type Point =
  | 'frames' | 'header' | 'body' | 'lexicon' | 'seq' | 'time' | 'home' | 'car' | 'commit' | 'rev' | 'signature' | 'operations' | 'records'
  | 'inversion' | 'stowaways' | 'chain' | 'flags' | 'sync' | 'identity' | 'account' | 'states' | 'info';

const SCHEMAS = {
  '#commit': subscribe.commitSchema, '#sync': subscribe.syncSchema, '#identity': subscribe.identitySchema,
  '#account': subscribe.accountSchema, '#info': subscribe.infoSchema,
} as const;

/** Which point it is that a `#commit` breaks, by what our verifier calls it. What is not named is of the CAR. */
const POINTS: Readonly<Partial<Record<string, Point>>> = {
  MessageForm: 'flags', OperationForm: 'operations', DuplicatePath: 'operations', RecordForm: 'records', RecordType: 'records',
  CommitForm: 'commit', CommitDid: 'commit', MessageMismatch: 'commit', CommitRev: 'rev', FutureRev: 'rev', CommitSignature: 'signature',
  PrevDataMismatch: 'inversion', OperationMismatch: 'inversion', NodeForm: 'inversion', NodeSize: 'inversion', NodePrefix: 'inversion',
  NodeOrder: 'inversion', NodeLayer: 'inversion', NodeEmpty: 'inversion', NodeKey: 'inversion', TreeOrder: 'inversion', TreeTop: 'inversion',
  RecordExists: 'inversion', RecordMissing: 'inversion',
};

const FUTURE_MS = 300_000;

/** What is known of an account from its events so far. */
export interface AccountTrail {
  /** The last commit that was verified; nothing after one that was not. */
  head: { readonly rev: Commit['rev']; readonly data: Commit['data']; readonly commit: string } | undefined;
  /** The last rev that was told, right or wrong. */
  told: string | undefined;
  /** The last `#commit` that was verified, with the paths where it wrote what was nowhere before, as far as it says. */
  last: { readonly commit: string; readonly since: string | null; readonly paths: readonly string[] } | undefined;
  isActive: boolean | undefined;
  /** Something that was told of it was wrong. */
  isBroken: boolean;
}

/** Holds the events of one server, in the order in which it told them, to the protocol. */
export class EventAudit {
  readonly #accounts: Accounts;
  readonly #origin: string;
  readonly #findings = new Map<Point, { readonly first: HoldfastError; count: number }>();
  readonly #seen = new Map<Point, number>();
  readonly trails = new Map<Did, AccountTrail>();
  /** Greatest `seq` so far. */
  seq = 0;
  #frames = 0;

  constructor(accounts: Accounts, origin: string) {
    this.#accounts = accounts;
    this.#origin = origin;
  }

  get firstFinding(): HoldfastError | undefined {
    return [...this.#findings.values()][0]?.first;
  }

  /** Whether some frame could not be read, so that nobody knows what it was about. */
  get isUnreadable(): boolean {
    return (['frames', 'header', 'body', 'lexicon'] as const).some((point) => this.#findings.has(point));
  }

  /** What was seen of a point, in words. @throws Finding the first that was wrong; NotSeen */
  report(point: Point, what: string): string {
    const found = this.#findings.get(point);
    if (found !== undefined) throw new Finding(found.first.code, found.count === 1 ? found.first.message : `${found.first.message}; ${count(found.count, 'event')} in all`);
    const seen = this.#seen.get(point) ?? 0;
    if (seen === 0) throw new NotSeen(`no ${what} came`);
    return count(seen, what);
  }

  async take(frame: Uint8Array | string): Promise<void> {
    const isFirst = this.#frames++ === 0;
    let did: Did | undefined;
    try {
      const read = this.#read(frame);
      if (read === undefined) return;
      const { type, body } = read;
      if (type === '#info') return this.#check('info', () => checkInfo(body, isFirst));
      did = didOf(type, body);
      if (!this.#follows(body['seq'] as number)) return;
      await this.#judge(type, did, body);
    } catch (error) {
      // What was wrong is noted; of this account nothing is known for sure until it says anew.
      if (!(error instanceof Noted)) throw error;
      if (did === undefined) return this.#forget();
      const trail = this.#trail(did);
      trail.isBroken = true;
      trail.head = undefined;
    }
  }

  #read(frame: Uint8Array | string): { readonly type: keyof typeof SCHEMAS; readonly body: CborMap } | undefined {
    if (typeof frame === 'string') throw this.#note('frames', new Finding('TextFrame', `A frame is text: ${shown(frame)}`));
    let decoded;
    try {
      decoded = decodeFrame(frame);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      const point = ({ header: 'header', body: 'body' } as const)[String(error.details['fault'])] ?? 'frames';
      throw this.#note(point, new Finding('InvalidFrame', `${error.message}${error.details['reason'] === undefined ? '' : ` (${shown(error.details['reason'])})`}`));
    }
    this.#see('frames');
    if (decoded.kind === 'error') throw this.#note('header', new Finding('StreamError', `The stream ends with the error ${shown(decoded.error)}`));
    if (decoded.kind === 'unknown') throw this.#note('header', new Finding('UnknownOp', 'The header of a frame has an op that the protocol does not know'));
    const { type, body } = decoded;
    if (!Object.hasOwn(SCHEMAS, type)) throw this.#note('header', new Finding('UnknownType', `There is no event of the type ${shown(type)}`));
    this.#see('header');
    this.#see('body');
    const known = type as keyof typeof SCHEMAS;
    if (Object.hasOwn(body, '$type')) throw this.#note('lexicon', new Finding('Lexicon', `A ${type} has a $type, which is the header's to say`));
    const parsed = safeParse(SCHEMAS[known], toJson(body));
    if (!parsed.ok) throw this.#note('lexicon', new Finding('Lexicon', `A ${type} is not what its lexicon says: ${shown(parsed.message)}`));
    this.#see('lexicon');
    return { type: known, body };
  }

  /** Whether it comes after all before. What does not is passed over, as readers do. */
  #follows(seq: number): boolean {
    this.#see('seq');
    if (seq > this.seq && seq > 0) {
      this.seq = seq;
      return true;
    }
    this.#note('seq', new Finding('SeqOrder', `seq ${seq} comes after ${this.seq}`));
    return false;
  }

  async #judge(type: keyof typeof SCHEMAS, did: Did, body: CborMap): Promise<void> {
    const trail = this.#trail(did);
    this.#check('time', () => checkTime(body['time'] as string));
    if (type === '#commit' || type === '#sync') {
      trail.told = String(body['rev']);
      trail.last = undefined;
    }
    const keys = await this.#keysOf(did);
    switch (type) {
      case '#commit':
        this.#check('states', () => checkState(trail, did));
        return this.#commit(did, body, trail, keys);
      case '#sync':
        return this.#sync(did, body, trail, keys);
      case '#identity':
        return this.#identity(did, body);
      default:
        this.#check('account', () => checkAccount(body));
        trail.isActive = body['active'] === true;
    }
  }

  async #commit(did: Did, body: CborMap, trail: AccountTrail, keys: Keys): Promise<void> {
    // The lexicon does not ask it of a first commit.
    const prevData = body['prevData'] ?? (body['since'] === null ? EMPTY_NODE.cid : undefined);
    const message = { ...body, prevData } as unknown as CommitMessage;
    const { head } = trail;
    // What comes after a gap is looked at by itself when the next one comes.
    if (head !== undefined) this.#check('chain', () => checkChain(message, head));
    let commit: Commit | undefined;
    try {
      commit = await withSome(keys, async (key) => (await verifyCommitMessage(message, { key, did, ...(head !== undefined && { previous: head }) })).commit);
    } catch (error) {
      if (error instanceof NotSeen) throw new Noted();
      throw this.#note(error instanceof RepoError ? POINTS[error.code] ?? 'car' : 'car', error as HoldfastError);
    }
    for (const point of ['car', 'commit', 'rev', 'signature', 'operations', 'inversion'] as const) this.#see(point);
    this.#check('flags', () => checkBlobs(message));
    this.#see('records', message.ops.filter(({ cid }) => cid !== null).length);
    this.#check('stowaways', () => {
      const stowaway = stowawayOf(message);
      if (stowaway !== undefined) throw new Finding('Stowaway', `A #commit holds a block that nothing in it leads to (block ${stowaway})`);
    });
    trail.head = { rev: commit.rev, data: commit.data.detached(), commit: commit.cid.toString() };
    trail.last = { commit: commit.cid.toString(), since: message.since, paths: newPaths(message) };
  }

  async #sync(did: Did, { rev, blocks }: CborMap, trail: AccountTrail, keys: Keys): Promise<void> {
    try {
      const commit = readSyncMessage(rev, blocks);
      if (stowawayOf({ blocks: blocks as Uint8Array }) !== undefined) throw new Finding('Stowaway', 'A #sync holds more than its commit');
      if (commit.did !== did) throw new RepoError('CommitDid', 'A commit belongs to another account', { did: commit.did });
      if (trail.head !== undefined && commit.rev < trail.head.rev) throw new RepoError('CommitRev', 'A #sync goes back behind what was told before', { rev: commit.rev });
      if (commit.rev === trail.head?.rev && commit.cid.toString() !== trail.head.commit) throw new Finding('OtherCommit', `A #sync has another commit with the rev ${commit.rev} than was told before`);
      await withSome(keys, (key) => checkCommit(commit, { key, did }));
      trail.head = { rev: commit.rev, data: commit.data.detached(), commit: commit.cid.toString() };
    } catch (error) {
      if (error instanceof NotSeen) throw new Noted();
      if (!(error instanceof HoldfastError)) throw error;
      throw this.#note(error.code === 'CommitSignature' ? 'signature' : 'sync', error);
    }
    this.#see('sync');
    this.#see('signature');
  }

  async #identity(did: Did, { handle }: CborMap): Promise<void> {
    if (typeof handle !== 'string' || handle === 'handle.invalid') return this.#see('identity');
    const isKnown = await this.#look(async () => (
      (await this.#accounts.of(did))?.handle === handle.toLowerCase() || (await this.#accounts.pastOf(did)).handles.some((past) => past === handle.toLowerCase())
    ));
    if (isKnown === undefined || (!isKnown && !hasLog(did))) return;
    this.#check('identity', () => {
      if (!isKnown) throw new Finding('OtherHandle', `An #identity names the handle ${shown(handle)}, which the DID document does not`);
    });
  }

  /** The keys that may have signed, the present one first; and whether the account is of this server. */
  async #keysOf(did: Did): Promise<Keys> {
    const account = await this.#look(() => this.#accounts.of(did).then((known) => known ?? 'unknown'));
    if (account === 'unknown' && hasLog(did)) throw this.#note('home', new Finding('UnknownDid', `${did} is not known to its directory`));
    if (account === undefined || account === 'unknown') return {};
    const isHere = account.pds === this.#origin || (await this.#accounts.pastOf(did)).hosts.includes(this.#origin);
    if (isHere || hasLog(did)) {
      this.#check('home', () => {
        if (!isHere) throw new Finding('WrongHost', `${did} is an account of another server`);
      });
    }
    const { signingKey } = account;
    return { ...(signingKey !== undefined && { present: signingKey }), ...(hasLog(did) && { past: async () => (await this.#accounts.pastOf(did)).keys }) };
  }

  /** Undefined where nobody can say. */
  async #look<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof HoldfastError) return undefined;
      throw error;
    }
  }

  #trail(did: Did): AccountTrail {
    const trail = this.trails.get(did) ?? { head: undefined, told: undefined, last: undefined, isActive: undefined, isBroken: false };
    this.trails.set(did, trail);
    return trail;
  }

  /** What could not be read may have been about any account. */
  #forget(): void {
    for (const trail of this.trails.values()) trail.head = undefined;
  }

  #see(point: Point, times = 1): void {
    this.#seen.set(point, (this.#seen.get(point) ?? 0) + times);
  }

  #note(point: Point, error: HoldfastError): Noted {
    const found = this.#findings.get(point) ?? { first: error, count: 0 };
    found.count++;
    this.#findings.set(point, found);
    return new Noted();
  }

  /** @throws Noted where the check threw a finding */
  #check(point: Point, check: () => void): void {
    this.#see(point);
    try {
      check();
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      throw this.#note(point, error);
    }
  }
}

interface Keys {
  readonly present?: PublicKey;
  /** All that there ever were; left out where nobody can say. */
  readonly past?: () => Promise<readonly PublicKey[]>;
}

/** Whether it can be known what was before. Of others, as of a did:web, what the document says otherwise today may have been so. */
function hasLog(did: Did): boolean {
  return did.startsWith('did:plc:');
}

/** Something was wrong, and has been noted. */
class Noted extends Error {}

/** With the key that the document names now, else with those that it has named. @throws NotSeen where that is not known */
async function withSome<Result>({ present, past }: Keys, verify: (key: PublicKey) => Promise<Result>): Promise<Result> {
  if (present === undefined) throw new NotSeen('no key to verify with');
  try {
    return await verify(present);
  } catch (error) {
    if (!(error instanceof RepoError) || error.code !== 'CommitSignature') throw error;
    if (past === undefined) throw new NotSeen('the key of that time is not known');
    for (const key of await past()) {
      const result = await verify(key).catch(() => undefined);
      if (result !== undefined) return result;
    }
    throw error;
  }
}

function didOf(type: string, body: CborMap): Did {
  const did = body[type === '#commit' ? 'repo' : 'did'];
  if (typeof did === 'string' && isDid(did)) return did;
  // Its lexicon has looked at it.
  throw new Noted();
}

function checkInfo({ name }: CborMap, isFirst: boolean): void {
  if (name !== 'OutdatedCursor') throw new Finding('UnknownInfo', `There is no #info with the name ${shown(name)}`);
  if (!isFirst) throw new Finding('LateInfo', 'An #info about the cursor comes after other events');
}

function checkTime(time: string): void {
  if (isDatetime(time) && datetimeToMs(time) > Date.now() + FUTURE_MS) throw new Finding('FutureTime', `An event says that it was told at ${shown(time)}, which is yet to come`);
}

function checkState({ isActive }: AccountTrail, did: Did): void {
  if (isActive === false) throw new Finding('AccountInactive', `${did} was told to be inactive, and a commit of it was told after that`);
}

function checkAccount({ active, status }: CborMap): void {
  if (contradicts(active, status)) throw new Finding('AccountStatus', `An #account is active, and has the status ${shown(status)}`);
}

/** The field is no longer used; where something is in it, it is right. */
function checkBlobs({ blobs, ops, blocks }: CommitMessage): void {
  if (blobs.length === 0) return;
  const written = readCar(blocks).blocks.filter(({ cid }) => ops.some((each) => each.cid?.equals(cid) === true));
  const named = written.flatMap(({ bytes }) => blobsNamedIn(bytes));
  const stranger = blobs.find((blob) => !named.some((each) => each.equals(blob)));
  if (stranger !== undefined) throw new Finding('Stranger', `A #commit names the blob ${stranger.toString()}, which none of its records does`);
}

/** A record that only went to another path may be as old as it was. */
function newPaths({ ops }: CommitMessage): readonly string[] {
  return ops.filter(({ cid }) => cid !== null && !ops.some(({ prev }) => prev?.equals(cid) === true)).map(({ path }) => path);
}

function checkChain({ rev, since, prevData }: CommitMessage, head: NonNullable<AccountTrail['head']>): void {
  if (rev <= head.rev) throw new Finding('RevOrder', `rev ${shown(rev)} comes after ${head.rev}`);
  if (since !== head.rev) throw new Finding('SinceMismatch', `since is ${shown(since)}, and the commit before was ${head.rev}`);
  if (!prevData?.equals(head.data)) throw new Finding('PrevDataMismatch', 'prevData is not the tree of the commit before');
}
