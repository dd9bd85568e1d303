import type { Process, World } from '../world.ts';
import type { Connection } from './connection.ts';
import { Emitter, Request } from './events.ts';
import { ObjectStore } from './object-store.ts';
import type { Undo } from './rows.ts';

export type Mode = 'readonly' | 'readwrite' | 'versionchange';

interface Asked {
  readonly request: Request;
  readonly work: () => unknown;
}

/**
 * As IDBTransaction. Requests are answered in their order, each in a task of its own. It is active in the task that made it
 * and in those that bring its answers, until all that waits for promises only has run; when nothing is asked then, it
 * commits. What it writes is there for nobody before that, because whoever wants the same tables waits.
 */
export class Transaction extends Emitter {
  readonly mode: Mode;
  readonly durability: string;
  readonly db: Connection;
  readonly objectStoreNames: readonly string[];
  readonly process: Process;
  error: DOMException | null = null;
  /** Told when it has ended, of an upgrade. */
  onEnd: (isCommitted: boolean) => void = () => undefined;
  readonly #world: World;
  readonly #stores = new Map<string, ObjectStore>();
  #state: 'active' | 'inactive' | 'committing' | 'finished' = 'active';
  #isStarted = false;
  #isAnswering = false;
  #isHeard = true;
  readonly #asked: Asked[] = [];
  readonly #undo: Undo[] = [];

  constructor(db: Connection, names: readonly string[], mode: Mode, durability = 'default') {
    super();
    [this.db, this.objectStoreNames, this.mode, this.durability] = [db, names, mode, durability];
    this.#world = db.database.world;
    this.process = db.process;
    db.database.enter(this);
    this.#world.atEndOfTask(() => this.#settle());
  }

  get isLive(): boolean {
    return this.#state !== 'finished';
  }

  /** Whether another has to wait for it. */
  collides(other: Transaction): boolean {
    if (this.mode === 'readonly' && other.mode === 'readonly') return false;
    return this.objectStoreNames.some((name) => other.objectStoreNames.includes(name));
  }

  objectStore(name: string): ObjectStore {
    if (this.#state === 'finished') throw new DOMException('The transaction has finished.', 'InvalidStateError');
    const known = this.#stores.get(name);
    if (known !== undefined) return known;
    const rows = this.objectStoreNames.includes(name) ? this.db.database.tables.get(name) : undefined;
    if (rows === undefined) throw new DOMException(`The transaction has no table ${name}.`, 'NotFoundError');
    const store = new ObjectStore(this, rows);
    this.#stores.set(name, store);
    return store;
  }

  abort(): void {
    if (this.#state === 'committing' || this.#state === 'finished') throw new DOMException('It has ended.', 'InvalidStateError');
    this.#fail(null);
  }

  commit(): void {
    this.checkActive();
    this.#state = 'inactive';
  }

  /** @throws DOMException TransactionInactiveError */
  checkActive(isWrite = false): void {
    if (this.#state !== 'active') throw new DOMException('Nothing can be asked now.', 'TransactionInactiveError');
    if (isWrite && this.mode === 'readonly') throw new DOMException('It only reads.', 'ReadOnlyError');
  }

  /** Puts a request in the queue. */
  ask(source: unknown, work: () => unknown, request: Request = new Request(source, this)): Request {
    this.checkActive();
    this.#asked.push({ request, work });
    this.#next();
    return request;
  }

  /** Remembers how to take back what was changed. @throws DOMException QuotaExceededError, of a full disk */
  changed(undo: Undo): void {
    this.#undo.push(undo);
  }

  /** No transaction before it wants the same. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    if (this.#state === 'committing') this.#write();
    else this.#next();
  }

  /** Its process is no more. What was being committed may become durable all the same. */
  orphan(): void {
    if (this.#state === 'finished') return;
    if (this.#state === 'committing' && this.#isStarted && this.#world.random.oneIn(2)) return;
    this.#takeBack();
    this.#end();
  }

  /** Its connection is lost: it ends, or its end is not told. */
  lose(): void {
    if (this.#state === 'finished') return;
    if (this.#state === 'committing' && this.#isStarted && this.#world.random.oneIn(2)) this.#isHeard = false;
    else this.#fail(new DOMException('The connection was lost.', 'AbortError'));
  }

  #next(): void {
    if (!this.#isStarted || this.#isAnswering || this.#asked.length === 0) return;
    this.#isAnswering = true;
    this.#world.soon(this.process, () => this.#answer(), 0.01, 0.5);
  }

  #answer(): void {
    this.#isAnswering = false;
    const asked = this.#asked.shift();
    if (asked === undefined) return;
    const { request, work } = asked;
    try {
      request.answer(work());
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      request.refuse(error);
    }
    this.#state = 'active';
    this.#world.atEndOfTask(() => this.#settle());
    this.#tell(request);
    if (request.error !== null) this.#fail(request.error);
  }

  #tell(request: Request): void {
    const event = { type: request.error === null ? 'success' : 'error' };
    request.emit(event);
    if (request.error !== null) this.emit(event);
  }

  /** The task has ended. */
  #settle(): void {
    if (this.#state !== 'active' && this.#state !== 'inactive') return;
    this.#state = 'inactive';
    if (this.#asked.length > 0) return this.#next();
    this.#state = 'committing';
    if (this.#isStarted) this.#write();
  }

  #write(): void {
    const { database } = this.db;
    const isLate = this.mode === 'readwrite' && database.faults.isCompleteEarly;
    if (isLate) this.#world.soon(this.process, () => this.emit({ type: 'complete' }));
    this.#world.soon(this.#world.outside, () => {
      if (this.#state === 'finished') return;
      const fault = this.#undo.length > 0 ? database.faults.takeCommit() : undefined;
      if (fault !== undefined) return this.#fail(fault);
      if (this.durability === 'strict' || this.mode === 'versionchange') database.flush();
      else if (this.#undo.length > 0) database.unflushed(this.#undo);
      this.#end(true);
      if (!isLate) this.#world.soon(this.process, () => this.#over());
    }, 0.05, isLate ? 20 : 3);
  }

  #over(): void {
    if (!this.#isHeard) this.error = new DOMException('The connection was lost.', 'AbortError');
    this.emit({ type: this.#isHeard ? 'complete' : 'abort' });
  }

  #fail(error: DOMException | null): void {
    this.#takeBack();
    this.error = error;
    const asked = this.#asked.splice(0);
    this.#end();
    this.#world.soon(this.process, () => {
      for (const { request } of asked) {
        request.refuse(new DOMException('The transaction was aborted.', 'AbortError'));
        this.#tell(request);
      }
      this.emit({ type: 'abort' });
    });
  }

  #takeBack(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }

  #end(isCommitted = false): void {
    this.#state = 'finished';
    this.db.database.leave(this);
    this.onEnd(isCommitted);
  }
}
