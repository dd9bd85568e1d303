// Runs in the worker whose house is to be hurt: every place at which IndexedDB is asked for something is counted, and at one
// of them a fault happens, as a browser would have it. Production modules know nothing of it.

/** What happens at a point. */
export type FaultKind =
  /** The worker stands still there, and is ended. */
  | 'stopped'
  /** The browser aborts the transaction. */
  | 'aborted'
  /** It aborts it, and every one after it. */
  | 'aborted again'
  /** The connection is gone; the next one holds. */
  | 'lost'
  /** The connection is gone, and no other is to be had. */
  | 'lost for good'
  /** There is no room: the transaction is aborted after what it wrote was taken, as Chromium does it. */
  | 'full';

export const FAULT_KINDS: readonly FaultKind[] = ['stopped', 'aborted', 'aborted again', 'lost', 'lost for good', 'full'];

/** Where a point lies: a database is opened, a table made, a transaction begun, something asked or written, or it is durable. */
type Place = 'open' | 'table' | 'begin' | 'ask' | 'write' | 'end';

const PLACES: Readonly<Record<FaultKind, readonly Place[]>> = {
  stopped: ['open', 'table', 'begin', 'ask', 'write', 'end'],
  aborted: ['table', 'begin', 'ask', 'write'],
  'aborted again': ['table', 'begin', 'ask', 'write'],
  lost: ['begin', 'ask', 'write', 'end'],
  'lost for good': ['begin', 'ask', 'write', 'end'],
  full: ['write'],
};

const ASKS = ['get', 'getAll', 'getAllKeys', 'getKey', 'count', 'openCursor', 'openKeyCursor'] as const;
const WRITES = ['put', 'add', 'delete', 'clear'] as const;
const MOVES = ['continue', 'continuePrimaryKey', 'advance'] as const;

interface Armed {
  readonly kind: FaultKind;
  /** Which point of those that this kind can happen at, from 1. */
  readonly at: number;
  /** Called when it happens, before the worker stands still where it does. */
  readonly tell: () => void;
}

type Counts = Record<FaultKind, number>;

/** Begins to count, for the whole worker. To be made once, before any database is opened. */
export class FaultPoints {
  /** How often the fault has happened: once, and again where its kind says so. */
  fired = 0;
  /** Transactions that have not ended. */
  readonly #living = new Set<IDBTransaction>();
  /** Connections that are gone. The house closes them itself, as after a loss that is real. */
  readonly #gone = new WeakSet<IDBDatabase>();
  #counts = none();
  #isCounting = false;
  #isStopped = false;
  #armed: Armed | undefined;
  readonly #upgrading = new WeakMap<IDBDatabase, IDBTransaction>();
  /** Transactions for whose bytes there is no room, which shows when they are to be committed at the latest. */
  readonly #doomed = new WeakSet<IDBTransaction>();

  constructor() {
    this.#watchFactory();
    this.#watchDatabase();
    this.#watchCommit();
    for (const name of ASKS) for (const { prototype } of [IDBObjectStore, IDBIndex]) this.#watch(prototype, name, 'ask');
    for (const name of WRITES) this.#watch(IDBObjectStore.prototype, name, 'write');
    for (const name of MOVES) this.#watch(IDBCursor.prototype, name, 'ask');
  }

  /** Whether a transaction has not ended. */
  get isBusy(): boolean {
    return this.#living.size > 0;
  }

  /** How many points of each kind there were since `arm`. */
  get counts(): Readonly<Counts> {
    return this.#counts;
  }

  /** Counts from now on, and lets the fault happen where one is given. */
  arm(fault?: Armed): void {
    this.#counts = none();
    this.fired = 0;
    this.#armed = fault;
    this.#isCounting = true;
  }

  /** From now on nothing happens any more. */
  disarm(): void {
    this.#isCounting = false;
    this.#armed = undefined;
  }

  /** Passes a point; the fault that is to happen there, if any. A worker that is stopped does not come back from here. */
  #pass(place: Place): FaultKind | undefined {
    if (this.#isStopped) throw new Error('This worker is being ended');
    if (!this.#isCounting) return undefined;
    for (const kind of FAULT_KINDS) if (PLACES[kind].includes(place)) this.#counts[kind]++;
    const armed = this.#armed;
    if (armed === undefined) return undefined;
    const { kind, at, tell } = armed;
    const goesOn = kind === 'aborted again' || kind === 'lost for good';
    const count = this.#counts[kind];
    if (count < at || (count > at && !goesOn) || !PLACES[kind].includes(place)) return undefined;
    if (this.fired++ === 0) tell();
    if (kind === 'stopped') this.#standStill();
    return kind;
  }

  /** Waits for an answer that never comes. A loop would be ended by some browsers only after seconds. */
  #standStill(): never {
    this.#isStopped = true;
    const waiting = new XMLHttpRequest();
    waiting.open('GET', '/faults-desk/never', false);
    try {
      waiting.send();
    } catch {
      // This worker is being ended. What little of it still runs comes no further than the next point.
    }
    throw new Error('This worker is being ended');
  }

  #hurt(kind: FaultKind, transaction: IDBTransaction): void {
    if (kind === 'full') says(transaction, 'QuotaExceededError');
    if (kind === 'lost' || kind === 'lost for good') return this.#lose(transaction.db);
    try {
      transaction.abort();
    } catch {
      // It has ended by itself: nothing has happened to it.
      if (kind === 'full') this.fired--;
    }
  }

  /** Everything on it is aborted, and no more begins. */
  #lose(db: IDBDatabase): void {
    this.#gone.add(db);
    for (const transaction of this.#living) {
      if (transaction.db !== db) continue;
      says(transaction, 'UnknownError');
      try {
        transaction.abort();
      } catch {
        // It is being committed, or aborted by the house.
      }
    }
    db.dispatchEvent(new Event('close'));
  }

  /** Whether no connection is to be had any more. */
  get #isGone(): boolean {
    return this.#armed?.kind === 'lost for good' && this.fired > 0;
  }

  #watch(prototype: object, name: string, place: Place): void {
    const methods = prototype as Record<string, (...args: unknown[]) => IDBRequest>;
    const method = methods[name]!;
    const pass = (): FaultKind | undefined => this.#pass(place);
    const hurt = (kind: FaultKind, transaction: IDBTransaction): void => this.#hurt(kind, transaction);
    const doom = (request: IDBRequest, transaction: IDBTransaction): void => {
      this.#doomed.add(transaction);
      request.addEventListener('success', () => {
        if (this.#doomed.delete(transaction)) this.#hurt('full', transaction);
      });
    };
    methods[name] = function (this: IDBObjectStore | IDBIndex | IDBCursor, ...args: unknown[]): IDBRequest {
      const kind = pass();
      const transaction = transactionOf(this);
      const request = method.apply(this, args);
      if (kind === 'full') doom(request, transaction);
      else if (kind !== undefined) hurt(kind, transaction);
      return request;
    };
  }

  #watchDatabase(): void {
    const { transaction: begin, createObjectStore } = IDBDatabase.prototype;
    const beginning = (db: IDBDatabase, make: () => IDBTransaction): IDBTransaction => {
      const kind = this.#pass('begin');
      if (kind === 'lost' || kind === 'lost for good') this.#lose(db);
      if (this.#gone.has(db)) throw new DOMException('lost', 'InvalidStateError');
      const transaction = make();
      this.#follow(transaction);
      if (kind !== undefined) this.#hurt(kind, transaction);
      return transaction;
    };
    const making = (db: IDBDatabase, make: () => IDBObjectStore): IDBObjectStore => {
      const kind = this.#pass('table');
      const made = make();
      if (kind !== undefined) this.#hurt(kind, this.#upgrading.get(db)!);
      return made;
    };
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<IDBDatabase['transaction']>) {
      return beginning(this, () => begin.apply(this, args));
    };
    IDBDatabase.prototype.createObjectStore = function (this: IDBDatabase, ...args: Parameters<IDBDatabase['createObjectStore']>) {
      return making(this, () => createObjectStore.apply(this, args));
    };
  }

  #watchCommit(): void {
    const { commit } = IDBTransaction.prototype;
    const committing = (transaction: IDBTransaction): boolean => {
      const kind = this.#doomed.delete(transaction) ? 'full' : this.#pass('ask');
      if (kind !== undefined) this.#hurt(kind, transaction);
      return kind === undefined;
    };
    IDBTransaction.prototype.commit = function (this: IDBTransaction) {
      if (committing(this)) commit.call(this);
    };
  }

  #watchFactory(): void {
    const { open } = IDBFactory.prototype;
    const opening = (make: () => IDBOpenDBRequest): IDBOpenDBRequest => {
      if (this.#isGone) throw new DOMException('lost', 'UnknownError');
      this.#pass('open');
      const request = make();
      request.addEventListener('upgradeneeded', () => {
        this.#upgrading.set(request.result, request.transaction!);
        this.#follow(request.transaction!);
      });
      return request;
    };
    IDBFactory.prototype.open = function (this: IDBFactory, ...args: Parameters<IDBFactory['open']>) {
      return opening(() => open.apply(this, args));
    };
  }

  /** Whoever listens for its end comes after this. */
  #follow(transaction: IDBTransaction): void {
    this.#living.add(transaction);
    transaction.addEventListener('complete', (event) => {
      this.#living.delete(transaction);
      const kind = this.#pass('end');
      if (kind === undefined) return;
      // It is durable, and nobody hears of it.
      event.stopImmediatePropagation();
      this.#lose(transaction.db);
      says(transaction, 'UnknownError');
      transaction.dispatchEvent(new Event('abort'));
    });
    // After an error WebKit may keep the abort to itself.
    for (const type of ['error', 'abort']) transaction.addEventListener(type, () => this.#living.delete(transaction));
  }
}

/** What a transaction says that it was aborted for. */
function says(transaction: IDBTransaction, name: string): void {
  Object.defineProperty(transaction, 'error', { value: new DOMException('made to happen', name), configurable: true });
}

function none(): Counts {
  return { stopped: 0, aborted: 0, 'aborted again': 0, lost: 0, 'lost for good': 0, full: 0 };
}

function transactionOf(source: IDBObjectStore | IDBIndex | IDBCursor): IDBTransaction {
  const owner = source instanceof IDBCursor ? source.source : source;
  return owner instanceof IDBIndex ? owner.objectStore.transaction : owner.transaction;
}
