/** An event of IndexedDB. */
export interface DatabaseEvent {
  readonly type: string;
  readonly oldVersion?: number;
  readonly newVersion?: number | null;
}

type Listener = (event: DatabaseEvent) => void;

/** As EventTarget, without what IndexedDB has no use for; far less work. */
export class Emitter {
  readonly #listeners = new Map<string, Set<Listener>>();

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type);
    if (listeners === undefined) this.#listeners.set(type, new Set([listener]));
    else listeners.add(listener);
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  emit(event: DatabaseEvent): void {
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event);
  }
}

/** As IDBRequest: an answer that comes. */
export class Request extends Emitter {
  readonly source: unknown;
  transaction: unknown;
  readyState: 'pending' | 'done' = 'pending';
  #result: unknown;
  #error: DOMException | null = null;

  constructor(source: unknown, transaction: unknown) {
    super();
    this.source = source;
    this.transaction = transaction;
  }

  get result(): unknown {
    if (this.readyState === 'pending') throw new DOMException('There is no answer yet.', 'InvalidStateError');
    return this.#result;
  }

  get error(): DOMException | null {
    return this.#error;
  }

  /** Of a cursor that goes on. */
  ask(): void {
    this.readyState = 'pending';
  }

  answer(result: unknown): void {
    this.readyState = 'done';
    this.#result = result;
    this.#error = null;
  }

  refuse(error: DOMException): void {
    this.readyState = 'done';
    this.#result = undefined;
    this.#error = error;
  }
}

/** As IDBOpenDBRequest. */
export class OpenRequest extends Request {}
