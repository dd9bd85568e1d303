// A tab of a house: the production modules over what the browser of its origin keeps.
import { HouseConversation, keepTalking } from '../../src/mirroring/index.ts';
import { createPds, EventFeed, HOUSE_METHODS } from '../../src/pds/index.ts';
import type { HouseEvent, HousePds, HouseStore, PdsOptions } from '../../src/pds/index.ts';
import { makeHouse } from '../../src/pds/house.ts';
import { houseDesk } from '../../src/pds/mirroring/house-desk.ts';
import { parseDid } from '../../src/protocol/index.ts';
import type { Did } from '../../src/protocol/index.ts';
import { openHouse } from '../../src/storage/idb/index.ts';
import type { Page } from './machine.ts';
import type { Origin } from './origin.ts';
import type { Wires } from './wire.ts';
import type { World } from './world.ts';

/** So often a query is asked where the house says that it is to be asked again. */
const MOST_TIMES = 4;

/** An answer, read; undefined where none came. */
export type Reply = { readonly status: number; readonly body: Readonly<Record<string, unknown>> } | undefined;

/** Puts something before a store: a bug that is planted. */
export type WrapStore = (store: HouseStore) => HouseStore;

interface Open {
  readonly store: HouseStore;
  readonly pds: HousePds;
}

class TellingFeed extends EventFeed {
  readonly #tell: (event: HouseEvent & { readonly type: 'commit' }) => void;

  constructor(tell: (event: HouseEvent & { readonly type: 'commit' }) => void) {
    super();
    this.#tell = tell;
  }

  override announce(event: HouseEvent): void {
    super.announce(event);
    if (event.type === 'commit') this.#tell(event);
  }
}

/** One tab, opened again and again. */
export class SimulatedHouse {
  readonly name: string;
  readonly origin: Origin;
  readonly did: Did;
  /** What is added to the clock of the device. */
  ahead = 0;
  page: Page | undefined;
  readonly errors: unknown[] = [];
  readonly #world: World;
  readonly #wires: Wires;
  readonly #wrap: WrapStore;
  #open: Open | undefined;
  #conversation: HouseConversation | undefined;
  /** Those who wait for an answer of the present page. */
  readonly #waiting = new Set<() => void>();

  constructor(name: string, origin: Origin, did: Did, world: World, wires: Wires, wrap: WrapStore = (store) => store) {
    [this.name, this.origin, this.did, this.#world, this.#wires, this.#wrap] = [name, origin, did, world, wires, wrap];
  }

  get store(): HouseStore {
    return this.#open!.store;
  }

  /** Opens a page over what the disk has. It takes some time until it can answer. */
  start(): void {
    const page: Page = { name: this.name, isAlive: true, ahead: this.ahead, origin: this.origin };
    this.page = page;
    this.#world.after(0, () => {
      this.#begin(page).catch((error: unknown) => this.errors.push(error));
    }, page);
  }

  /** Sets the clock of its device. */
  setClock(ahead: number): void {
    this.ahead = ahead;
    if (this.page !== undefined) this.page.ahead = ahead;
  }

  /** The page is no more. */
  crash(): void {
    const { page } = this;
    if (page === undefined) return;
    page.isAlive = false;
    this.page = undefined;
    this.#open = undefined;
    this.#conversation = undefined;
    this.origin.orphan(page);
    this.#wires.orphan(page);
    for (const lost of [...this.#waiting]) lost();
  }

  /** There is something to tell the mirror. */
  wake(): void {
    const { page } = this;
    if (page !== undefined) this.#world.soon(page, () => this.#conversation?.wake());
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Does something in the page. @returns undefined where the page ended before */
  within<Result>(work: (open: Open) => Promise<Result>): Promise<Result | undefined> {
    const { page } = this;
    const { random, outside } = this.#world;
    return new Promise((resolve, reject) => {
      if (page === undefined || this.#open === undefined) return resolve(undefined);
      const lost = (): void => {
        this.#waiting.delete(lost);
        this.#world.after(0, () => resolve(undefined), outside);
      };
      this.#waiting.add(lost);
      const end = (tell: () => void): void => {
        if (this.#waiting.delete(lost)) this.#world.after(random.between(0.05, 1), tell, outside);
      };
      const open = this.#open;
      this.#world.after(random.between(0.05, 1), () => {
        work(open).then((result) => end(() => resolve(result)), (error: unknown) => end(() => reject(error as Error)));
      }, page);
    });
  }

  /** Calls a procedure as a page of the owner does. */
  post(nsid: string, body: BodyInit | object, id?: string): Promise<Reply> {
    const isBytes = body instanceof Uint8Array;
    return this.within(async ({ pds }) => {
      const response = await pds.fetch(new Request(`http://house.test/xrpc/${nsid}`, {
        method: 'POST', body: isBytes ? body as Uint8Array<ArrayBuffer> : JSON.stringify(body),
        headers: { 'content-type': isBytes ? 'image/png' : 'application/json', ...(id !== undefined && { 'holdfast-request-id': id }) },
      }), { kind: 'owner' });
      return read(response);
    });
  }

  /** The bytes of a query's answer. */
  async bytes(nsid: string, query: Readonly<Record<string, string>>): Promise<Uint8Array | undefined> {
    for (let times = 1; ; times++) {
      const answer = await this.#ask(nsid, query);
      if (answer === undefined || answer.status === 200) return answer?.bytes;
      const words = new TextDecoder().decode(answer.bytes);
      // The connection may be lost again while it is opened again: the house then says that it is to be asked once more.
      const isToAskAgain = answer.status === 503 && words.includes('"StoreClosed"') && times < MOST_TIMES;
      if (!isToAskAgain) throw new Error(`${nsid} was refused: ${words}`);
    }
  }

  #ask(nsid: string, query: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly bytes: Uint8Array } | undefined> {
    return this.within(async ({ pds }) => {
      const response = await pds.fetch(new Request(`http://house.test/xrpc/${nsid}?${new URLSearchParams(query).toString()}`), { kind: 'owner' });
      return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
    });
  }

  async #begin(page: Page): Promise<void> {
    const { store, blobs, jobs } = await openHouse('holdfast');
    const feed = new TellingFeed(({ rev, operations }) => {
      this.#world.note(`${this.name} is at ${rev}: ${operations.map(({ action, path }) => `${action} ${path.split('/')[1]}`).join(', ')}`);
      this.#tellOthers();
    });
    const options: PdsOptions = {
      store: this.#wrap(store), blobs, jobs, feed, version: '1', did: parseDid('did:web:house.test'), fetch: this.#wires.fetch,
      onError: (error) => this.errors.push(error), settings: async () => ({ directory: 'https://plc.test' }),
    };
    this.#open = { store: options.store, pds: createPds(options, HOUSE_METHODS) };
    this.#conversation = new HouseConversation(houseDesk(makeHouse(options), this.did), {
      onState: ({ stage, fault }) => {
        if (stage === 'waiting' || stage === 'stopped') this.#world.note(`${this.name} talks no more: ${stage}, ${String(fault ?? 'as it should')}`);
      },
    });
    const conversation = this.#conversation;
    const { signal } = new AbortController();
    // The page that leads talks; what stopped it may have passed.
    void page.origin.locks.request('bridge', async () => {
      while (page.isAlive) {
        await keepTalking(conversation, () => this.#wires.connect(), { signal });
        await this.#world.sleep(5_000, page);
      }
    });
  }

  /** Every page of the origin hears of a commit. */
  onCommit: () => void = () => undefined;

  #tellOthers(): void {
    this.#world.soon(this.#world.outside, () => this.onCommit());
  }
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) as Record<string, unknown> };
}
