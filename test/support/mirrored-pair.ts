import assert from 'node:assert/strict';
import { decodeCbor, parseDidKey, parseNsid } from '../../src/protocol/index.ts';
import { HouseConversation } from '../../src/mirroring/index.ts';
import { readCar, verifyRepository } from '../../src/repo/index.ts';
import { makeHouse } from '../../src/pds/house.ts';
import { houseDesk } from '../../src/pds/mirroring/house-desk.ts';
import type { HouseStore, PairedMirror } from '../../src/pds/index.ts';
import type { HouseSettings } from '../../src/pds/ports/settings.ts';
import { FakeMirror } from './fake-mirror.ts';
import { ALICE, NOTE, PdsHouse } from './pds-house.ts';

/** A house whose account has a mirror that holds it as it is. `ahead` is added to the house's clock. */
export class Pair {
  ahead = 0;
  readonly mirror: FakeMirror;
  readonly house: PdsHouse;
  /** Who else is on the network. */
  others: (url: string) => Promise<Response> = async () => {
    throw new TypeError('no network');
  };
  readonly fetch: typeof globalThis.fetch = (input, init) => (String(input).startsWith(this.mirror.url) ? this.mirror.fetch(input, init) : this.others(String(input)));
  settings: HouseSettings = { directory: 'https://plc.test' };

  /** @param wrap puts another store in the place of the one in memory */
  constructor(mirror?: FakeMirror, wrap?: (store: HouseStore) => HouseStore) {
    this.house = new PdsHouse({ now: () => Date.now() + this.ahead, fetch: (input, init) => this.fetch(input, init), settings: async () => this.settings }, wrap);
    this.mirror = mirror ?? new FakeMirror(ALICE.did, () => this.house.keys.get(ALICE.did)!);
  }

  static async make(records = 0, wrap?: (store: HouseStore) => HouseStore): Promise<Pair> {
    const pair = new Pair(undefined, wrap);
    await pair.house.addAccount(ALICE);
    for (let index = 0; index < records; index++) await pair.write();
    await pair.mirror.begin(await pair.house.car());
    await pair.house.store.update(ALICE.did, { mirror: pair.mirror.known() });
    return pair;
  }

  /** Paired, greeted once, with a receipt. */
  static async met(records = 0, wrap?: (store: HouseStore) => HouseStore): Promise<Pair> {
    const pair = await Pair.make(records, wrap);
    assert.equal(await pair.talk(), 'idle');
    pair.mirror.calls.length = 0;
    return pair;
  }

  /** Another house of the same owner, which has the account as it is here now, and the same mirror. */
  async another(wrap?: (store: HouseStore) => HouseStore): Promise<Pair> {
    const other = new Pair(this.mirror, wrap);
    const { store } = this.house;
    const account = (await store.account(ALICE.did))!;
    const { blocks } = readCar(await this.house.car());
    await other.house.store.create({ ...account, origin: 'restored' }, (await store.keys(ALICE.did))!, blocks);
    return other;
  }

  get desk(): ReturnType<typeof houseDesk> {
    const { store, blobs, jobs, feed } = this.house;
    return houseDesk(makeHouse({
      store, blobs, jobs, feed, version: '1.2.3', did: this.mirror.did, now: () => Date.now() + this.ahead, fetch: this.fetch,
    }), ALICE.did);
  }

  async write(text = 'x'): Promise<string> {
    const { status, body } = await this.house.create({ $type: NOTE, text });
    assert.equal(status, 200, JSON.stringify(body));
    return body['uri'] as string;
  }

  /** Puts a note under this key. */
  async put(rkey: string, text: string): Promise<void> {
    const { status, body } = await this.house.post('com.atproto.repo.putRecord', { repo: ALICE.did, collection: NOTE, rkey, record: { $type: NOTE, text } });
    assert.equal(status, 200, JSON.stringify(body));
  }

  async delete(rkey: string): Promise<void> {
    assert.equal((await this.house.post('com.atproto.repo.deleteRecord', { repo: ALICE.did, collection: NOTE, rkey })).status, 200);
  }

  /** Every note that is here, by its key; every block of the repository is read and verified. */
  async notes(): Promise<Record<string, string>> {
    const account = (await this.house.store.account(ALICE.did))!;
    const notes: Record<string, string> = {};
    const { records } = await verifyRepository(await this.house.car(), {
      key: parseDidKey(account.signingKey), did: ALICE.did, visitor: {
        record: (path, _cid, bytes) => {
          notes[path.slice(NOTE.length + 1)] = bytes === undefined ? 'as another' : (decodeCbor(bytes) as { readonly text: string }).text;
        },
      },
    });
    assert.equal(records, account.collections.get(parseNsid(NOTE))?.records ?? 0, 'the count of records');
    return notes;
  }

  /** Talks over one channel until nothing is left to say. */
  async talk(): Promise<string> {
    return new HouseConversation(this.desk, { now: () => Date.now() + this.ahead }).run(this.mirror.connect(), { untilIdle: true }).catch((error: unknown) => (error instanceof Error ? error.name : 'lost'));
  }

  async known(): Promise<PairedMirror> {
    return (await this.house.store.account(ALICE.did))!.mirror!;
  }

  /** The mirror holds what is here, confirmed, and nothing waits. */
  async assertMirrored(): Promise<void> {
    const head = await this.house.head();
    assert.equal(await this.mirror.head(), head);
    const known = await this.known();
    assert.equal(known.acknowledged?.commit.toString(), head);
    assert.equal(known.alarm, undefined);
    assert.equal((await this.house.store.outboxSize(ALICE.did)).commits, 0);
    const { signingKey } = (await this.house.store.account(ALICE.did))!;
    await verifyRepository(await this.mirror.car(), { key: parseDidKey(signingKey), did: ALICE.did });
  }

  async assertAlarm(code: string, waiting: number): Promise<string> {
    const { alarm } = await this.known();
    assert.equal(alarm?.code, code);
    assert.match(alarm.message, /^Your (records are|data here is) safe/);
    assert.equal((await this.house.store.outboxSize(ALICE.did)).commits, waiting);
    assert.equal(await this.talk(), 'stopped');
    return alarm.message;
  }
}
