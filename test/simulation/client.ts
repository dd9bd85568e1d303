// Who uses the houses: writes, says things twice, and waits for no answer.
import { DID, NOTE } from './account.ts';
import type { Checker } from './checker.ts';
import type { Reply, SimulatedHouse } from './house.ts';
import { Wish } from './model.ts';
import type { Effect } from './model.ts';
import type { World } from './world.ts';

const PUT = 'com.atproto.repo.putRecord';
const OWN_KEYS = 6;
const SHARED_KEYS = 3;

/** Whether several houses write there. */
export function isShared(path: string): boolean {
  return path.startsWith(`${NOTE}/shared-`);
}

export class Client {
  readonly wishes: Wish[] = [];
  /** What was uploaded for the record with this text. */
  readonly blobs = new Map<string, { readonly origin: string; readonly cid: string; readonly bytes: Uint8Array }>();
  readonly #world: World;
  readonly #checker: Checker;
  readonly #open = new Set<Promise<void>>();
  #count = 0;

  constructor(world: World, checker: Checker) {
    [this.#world, this.#checker] = [world, checker];
  }

  /** Asks for something new. */
  write(house: SimulatedHouse): void {
    const { random } = this.#world;
    const number = ++this.#count;
    const text = `text-${number}`;
    const own = `own-${house.origin.name}-${random.below(OWN_KEYS)}`;
    const shared = `shared-${random.below(SHARED_KEYS)}`;
    const record = { $type: NOTE, text };
    const kind = random.below(10);
    if (kind < 4) return this.#ask(house, 'com.atproto.repo.createRecord', { record }, [{ path: undefined, text }]);
    if (kind < 6) return this.#ask(house, PUT, { rkey: own, record }, [{ path: `${NOTE}/${own}`, text }]);
    if (kind < 7) return this.#ask(house, PUT, { rkey: shared, record }, [{ path: `${NOTE}/${shared}`, text }]);
    if (kind < 9) {
      const rkey = kind === 7 ? own : shared;
      return this.#ask(house, 'com.atproto.repo.deleteRecord', { rkey }, [{ path: `${NOTE}/${rkey}`, text: undefined }]);
    }
    return this.#batch(house, text);
  }

  /** Puts a blob, and a record that names it. */
  async writeWithBlob(house: SimulatedHouse): Promise<void> {
    const text = `text-${++this.#count}`;
    const bytes = new Uint8Array(this.#world.random.below(3_000) + 1);
    this.#world.random.scatter(bytes);
    const reply = await house.post('com.atproto.repo.uploadBlob', bytes);
    if (reply?.status !== 200) return;
    const image = reply.body['blob'] as { readonly ref: { readonly $link: string } };
    this.blobs.set(text, { origin: house.origin.name, cid: image.ref.$link, bytes });
    const record = { $type: NOTE, text, image };
    this.#ask(house, 'com.atproto.repo.createRecord', { record }, [{ path: undefined, text }]);
  }

  /** Writes much at once, so that the tail is folded and packs are compacted. */
  writeMuch(house: SimulatedHouse): void {
    const texts = Array.from({ length: 2 }, () => `text-${++this.#count}`);
    const writes = texts.map((text) => ({
      $type: 'com.atproto.repo.applyWrites#create', collection: NOTE, rkey: text, value: { $type: NOTE, text, more: 'x'.repeat(280_000) },
    }));
    this.#ask(house, 'com.atproto.repo.applyWrites', { writes }, texts.map((text) => ({ path: `${NOTE}/${text}`, text })));
  }

  /** Says again what was said before, with the same id: to the same house, wherever it is open. */
  repeat(house: SimulatedHouse, isNeeded = false): void {
    const known = this.wishes.filter(({ origin, state }) => origin === house.origin.name && (!isNeeded || state === 'unknown'));
    if (known.length > 0) this.#send(house, isNeeded ? known.at(-1)! : this.#world.random.of(known.slice(-8)));
  }

  /** Resolves when every answer has come, or will not. */
  async quiet(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  #batch(house: SimulatedHouse, text: string): void {
    const { random } = this.#world;
    const texts = Array.from({ length: 1 + random.below(4) }, (_, index) => `${text}-${index}`);
    const effects: Effect[] = texts.map((each) => ({ path: `${NOTE}/${each}`, text: each }));
    const writes: object[] = texts.map((each) => ({ $type: 'com.atproto.repo.applyWrites#create', collection: NOTE, rkey: each, value: { $type: NOTE, text: each } }));
    if (random.oneIn(3)) {
      const rkey = `own-${house.origin.name}-${random.below(OWN_KEYS)}`;
      writes.push({ $type: 'com.atproto.repo.applyWrites#delete', collection: NOTE, rkey });
      effects.push({ path: `${NOTE}/${rkey}`, text: undefined });
    }
    this.#ask(house, 'com.atproto.repo.applyWrites', { writes }, effects);
  }

  #ask(house: SimulatedHouse, nsid: string, body: object, effects: readonly Effect[]): void {
    const id = `request-${String(this.wishes.length + 1).padStart(4, '0')}`;
    const isBatch = nsid.endsWith('applyWrites');
    const wish = new Wish(id, house.origin.name, nsid, { repo: DID, ...(!isBatch && { collection: NOTE }), ...body }, effects, this.#world.events);
    this.wishes.push(wish);
    this.#send(house, wish);
  }

  #send(house: SimulatedHouse, wish: Wish): void {
    wish.asked();
    this.#world.note(`${house.name} is asked for ${wish.id}: ${wish.nsid.split('.').at(-1)} ${wish.effects.map(({ path, text }) => `${path?.slice(NOTE.length + 1) ?? '?'}=${text ?? 'nothing'}`).join(' ')}`);
    const asking = house.post(wish.nsid, wish.body, wish.id).then((reply) => this.#told(wish, reply), (error: unknown) => this.#checker.report(`asking for ${wish.id} failed: ${String(error)}`));
    this.#open.add(asking);
    void asking.finally(() => this.#open.delete(asking));
  }

  #told(wish: Wish, reply: Reply): void {
    // An answer may be lost on its way.
    const heard = this.#world.random.oneIn(12) ? undefined : reply;
    this.#world.note(`${wish.id} is answered: ${heard === undefined ? 'not at all' : `${heard.status} ${String(heard.body['error'] ?? heard.body['uri'] ?? '')}`}`);
    const wrong = wish.told(heard, this.#world.events);
    if (wrong !== undefined) this.#checker.report(wrong);
  }
}
