// The invariants (reliability.md, I1 to I10), as far as they can be seen from outside.
import { decodeCbor, decodeFrame } from '../../src/protocol/index.ts';
import type { Cid } from '../../src/protocol/index.ts';
import { readCar, verifyRepository } from '../../src/repo/index.ts';
import type { HistoryEntry } from '../../src/pds/index.ts';
import type { StoredEvent } from '../../src/mirroring/index.ts';
import { ACCOUNT_KEYS, DID, NOTE } from './account.ts';
import type { Client } from './client.ts';
import type { SimulatedHouse } from './house.ts';
import type { SimulatedMirror } from './mirror.ts';
import type { Wish } from './model.ts';
import { wrongIn } from './model.ts';
import type { World } from './world.ts';

/** What a house was found to hold, every block of it read from the store and verified. */
export interface Held {
  readonly head: string;
  /** The text of each record by its path. */
  readonly records: ReadonlyMap<string, string>;
}

export class Checker {
  readonly violations: string[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  report(what: string): void {
    this.#world.note(`VIOLATION ${what}`);
    if (!this.violations.includes(what)) this.violations.push(what);
  }

  /** I1, I2, I3, I7: what a house has stored; its journal of commits leads to it. Undefined where its page ended meanwhile. */
  async house(house: SimulatedHouse, wishes: readonly Wish[], isShared: (path: string) => boolean): Promise<Held | undefined> {
    try {
      const car = await house.bytes('com.atproto.sync.getRepo', { did: DID });
      if (car === undefined) return undefined;
      const held = await this.#verified(car);
      if (wishes.length > 0) for (const wrong of wrongIn(held.records, wishes, isShared)) this.report(`${house.name}: ${wrong}`);
      return held;
    } catch (error) {
      this.report(`${house.name} cannot show what it holds: ${reasons(error)}`);
      return undefined;
    }
  }

  /** I8: what a record here names, and was uploaded here, is served to the byte. */
  async blobs(house: SimulatedHouse, held: Held, uploaded: Client['blobs']): Promise<void> {
    for (const text of held.records.values()) {
      const blob = uploaded.get(text);
      if (blob?.origin !== house.origin.name) continue;
      const served = await house.bytes('com.atproto.sync.getBlob', { did: DID, cid: blob.cid }).catch(reasons);
      if (served instanceof Uint8Array ? Buffer.compare(served, blob.bytes) !== 0 : served !== undefined) this.report(`${house.name} does not serve the blob of ${text} as it was uploaded: ${String(served)}`);
    }
  }

  /** I2, I4, I7: each commit of the history was made on the one before. */
  async history(house: SimulatedHouse, held: Held): Promise<void> {
    const stored = await house.within(async ({ store }) => ({ account: (await store.account(DID))!, entries: await store.history(DID, { limit: 1_000 }) }));
    if (stored === undefined) return;
    const { account, entries } = stored;
    const count = account.collections.get(NOTE)?.records ?? 0;
    if (count !== held.records.size) this.report(`${house.name} counts ${count} records, and has ${held.records.size}`);
    if (account.head.cid.toString() !== held.head) this.report(`${house.name} shows ${held.head}, and is at ${account.head.cid}`);
    if (entries.length > 0 && !entries.some(({ cid }) => cid.equals(account.head.cid))) this.report(`${house.name} is at a commit that its history does not have`);
    // What was dated ahead of the mirror's clock is signed again, dated before: the order is lost.
    if (entries.some(({ rev }) => rev > account.head.rev)) return;
    const isWhole = account.historyLimit === undefined;
    const records = new Map<string, string | undefined>();
    let before: HistoryEntry | undefined;
    for (const entry of [...entries].reverse()) {
      if (before !== undefined && entry.rev <= before.rev) this.report(`${house.name} made ${entry.rev} after ${before.rev}`);
      for (const { path, cid, prev } of entry.operations) {
        // Of what has fallen out of history nothing is known.
        if ((isWhole || records.has(path)) && records.get(path) !== prev?.toString()) this.report(`${house.name} changed ${path} in ${entry.rev} from ${prev ?? 'nothing'}, where ${records.get(path) ?? 'nothing'} was`);
        records.set(path, cid?.toString());
      }
      before = entry;
    }
    const left = [...records.values()].filter((cid) => cid !== undefined).length;
    if (isWhole && left !== held.records.size) this.report(`${house.name}: its history comes to ${left} records, and it has ${held.records.size}`);
  }

  /** I5: what the mirror serves verifies. */
  async mirror(mirror: SimulatedMirror): Promise<Held | undefined> {
    try {
      const response = await mirror.answer(new Request(`${mirror.url}/xrpc/com.atproto.sync.getRepo?did=${DID}`));
      if (response.status !== 200) throw new Error(await response.text());
      return await this.#verified(new Uint8Array(await response.arrayBuffer()));
    } catch (error) {
      this.report(`the mirror cannot show what it holds: ${reasons(error)}`);
      return undefined;
    }
  }

  /** I6, I7: each event has a number of its own, and each commit was made on the one before. */
  log(events: readonly StoredEvent[]): void {
    let [seq, rev, data] = [0, '', undefined as Cid | undefined];
    for (const event of events) {
      if (event.seq <= seq) this.report(`the mirror told ${event.seq} after ${seq}`);
      seq = event.seq;
      if (event.head === undefined) continue;
      if (event.head.rev <= rev) this.report(`the mirror told of ${event.head.rev} after ${rev}`);
      if (event.type === '#commit') {
        const { since, prevData, blocks } = bodyOf(event);
        if (rev !== '' && since !== rev) this.report(`the mirror told of ${event.head.rev} as made on ${since}, after ${rev}`);
        if (data !== undefined && !prevData.equals(data)) this.report(`the mirror told of ${event.head.rev} as made on another tree than the one before`);
        data = dataOf(blocks, event.head.cid);
      } else {
        data = dataOf(bodyOf(event).blocks, event.head.cid);
      }
      rev = event.head.rev;
    }
  }

  /** I6: who reads the firehose has every event, as it stands in the log. */
  consumer(frames: readonly Uint8Array[], events: readonly StoredEvent[]): void {
    const isSame = frames.length === events.length && events.every(({ frame }, index) => Buffer.compare(frame, frames[index]!) === 0);
    if (!isSame) this.report(`who reads the firehose has heard ${frames.length} events, and not the ${events.length} of the log as they are`);
  }

  async #verified(car: Uint8Array): Promise<Held> {
    const records = new Map<string, string>();
    const same = new Map<string, string>();
    const { commit } = await verifyRepository(car, {
      did: DID, key: ACCOUNT_KEYS.signer.publicKey, now: this.#world.now + 2 * 3_600_000,
      visitor: {
        record: (path, cid, bytes) => {
          const text = bytes === undefined ? same.get(cid.toString())! : (decodeCbor(bytes) as { readonly text: string }).text;
          same.set(cid.toString(), text);
          records.set(path, text);
        },
      },
    });
    return { head: commit.cid.toString(), records };
  }
}

interface Body {
  readonly since: string;
  readonly prevData: Cid;
  readonly blocks: Uint8Array;
}

function bodyOf({ frame }: StoredEvent): Body {
  const { body } = decodeFrame(frame) as { readonly body: unknown };
  return body as Body;
}

/** The root of the tree of a commit that is among these blocks. */
function dataOf(car: Uint8Array, commit: Cid): Cid {
  const block = readCar(car).blocks.find(({ cid }) => cid.equals(commit))!;
  return (decodeCbor(block.bytes) as unknown as { readonly data: Cid }).data;
}

/** What an error says, with those behind it. */
export function reasons(error: unknown): string {
  const words: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) words.push(`${each.name}: ${each.message}`);
  return words.length > 0 ? words.join(' because ') : String(error);
}
