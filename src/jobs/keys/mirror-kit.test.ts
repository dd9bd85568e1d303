import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Encrypter, Decrypter } from 'age-encryption';
import { generatePassphrase, openKit, PASSPHRASE_ENTROPY, wipeKit } from '../../keys/index.ts';
import { MemoryKeyVault } from '../../storage/memory/index.ts';
import { Town } from '../../../test/support/town.ts';
import { askFailure } from '../errors.ts';
import { newKit } from '../new-kit.ts';
import { answerKeysAsk } from './ask.ts';
import type { KeysAsk } from '../messages.ts';
import type { MirrorKitReport } from './report.ts';

const answer = (): Uint8Array => Uint8Array.from({ length: 32 }, (_, index) => index);

/** An account, its mirror, and what its page asks. */
class Keeper {
  readonly vault = new MemoryKeyVault();
  readonly town: Town;

  private constructor(town: Town) {
    this.town = town;
  }

  static async paired(): Promise<Keeper> {
    const keeper = new Keeper(await Town.make({ handle: 'keeper.example.com' }));
    await keeper.town.paired();
    return keeper;
  }

  static async alone(options: { readonly proven?: boolean } = {}): Promise<Keeper> {
    return new Keeper(await Town.make(options));
  }

  keys(ask: object): Promise<MirrorKitReport> {
    const { house: { store }, network: { fetch }, did } = this.town;
    const context = { store, vault: this.vault, fetch, now: Date.now, signal: new AbortController().signal };
    return answerKeysAsk({ did, ...ask } as unknown as KeysAsk, context) as Promise<MirrorKitReport>;
  }

  put(more: object = {}): Promise<MirrorKitReport> {
    const { kit, passphrase } = this.town;
    return this.keys({ what: 'put-mirror-kit', kind: 'passphrase', kit, passphrase, ...more });
  }

  async addPasskey(): Promise<void> {
    const { kit, passphrase } = this.town;
    await this.keys({ what: 'add-passkey', kit, passphrase, id: Uint8Array.of(1, 2), answer: answer() });
  }

  at(kind: string): Uint8Array {
    return Buffer.from(this.town.mirror.copy(this.town.did).kits.get(kind)!.file.$bytes, 'base64');
  }

  async uses(): Promise<string[]> {
    return (await this.town.house.store.uses(this.town.did)).map(({ what, subject, audience }) => `${what} ${subject} ${audience}`);
  }
}

const refused = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'done', (error: unknown) => askFailure(error).code);
const told = ({ copies }: MirrorKitReport): unknown[] => copies.map(({ kind, isOurs }) => [kind, isOurs]);

test('the file under the passphrase lies with the mirror, opens, and is taken back; each use of a key is noted', async () => {
  const keeper = await Keeper.paired();
  const { town } = keeper;
  assert.deepEqual(await keeper.keys({ what: 'mirror-kits' }), { mirror: town.mirror.url, copies: [] });
  const report = await keeper.put({ passphrase: town.passphrase.toLowerCase() });
  assert.deepEqual([report.mirror, told(report)], [town.mirror.url, [['passphrase', true]]]);
  const kit = await openKit(keeper.at('passphrase'), town.passphrase);
  wipeKit(kit);
  assert.equal(kit.did, town.did);
  assert.deepEqual(await refused(openKit(keeper.at('passphrase'), generatePassphrase())), 'KitPassphrase');
  const uses = await keeper.uses();
  for (const use of ['kit-opened mirror ', `kit-made mirror ${town.mirror.did}`, `token app.holdfast.mirror.putKit ${town.mirror.did}`]) {
    assert.ok(uses.includes(use), use);
  }
  // In another browser nobody knows what was put there.
  const other = Object.assign(await Keeper.alone(), { town });
  assert.deepEqual(told(await other.keys({ what: 'mirror-kits' })), [['passphrase', undefined]]);
  assert.deepEqual(told(await keeper.keys({ what: 'take-mirror-kit', kind: 'passphrase' })), []);
  assert.equal(town.mirror.copy(town.did).kits.size, 0);
});

test('a passphrase that Holdfast did not draw is not enough, a drawn one has 77 bits at least', async () => {
  assert.ok(PASSPHRASE_ENTROPY >= 77);
  const keeper = await Keeper.paired();
  const { kit, passphrase } = keeper.town;
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  const weak = new Encrypter();
  weak.setPassphrase('correct horse battery staple');
  weak.setScryptWorkFactor(10);
  const again = new Blob([await weak.encrypt(await decrypter.decrypt(new Uint8Array(await kit.arrayBuffer()))) as Uint8Array<ArrayBuffer>]);
  assert.equal(await refused(keeper.put({ kit: again, passphrase: 'correct horse battery staple' })), 'PassphraseWeak');
  assert.equal(await refused(keeper.put({ passphrase: generatePassphrase() })), 'KitPassphrase');
  assert.equal(await refused(keeper.put({ kit: new Blob(['no kit']) })), 'KitDamaged');
  assert.equal(await refused(keeper.put({ kit: (await Town.make({ handle: 'other.example.com' })).kit })), 'KitPassphrase');
  assert.equal(keeper.town.mirror.copy(keeper.town.did).kits.size, 0);
  assert.deepEqual((await keeper.uses()).filter((use) => use.includes('kit-made') && use.includes('mirror')), []);
});

test('the copy under a passkey lies with the mirror as it is here; another one here says that it is not that one', async () => {
  const keeper = await Keeper.paired();
  assert.equal(await refused(keeper.put({ kind: 'passkey' })), 'NoPasskeyCopy');
  await keeper.addPasskey();
  assert.deepEqual(told(await keeper.put({ kind: 'passkey' })), [['passkey', true]]);
  assert.deepEqual(new Uint8Array(keeper.at('passkey')), (await keeper.vault.get(keeper.town.did, 'passkey'))!.bytes);
  await keeper.addPasskey();
  assert.deepEqual(told(await keeper.keys({ what: 'mirror-kits' })), [['passkey', false]]);
  await keeper.keys({ what: 'remove-passkey' });
  assert.deepEqual(told(await keeper.keys({ what: 'mirror-kits' })), [['passkey', undefined]]);
  assert.deepEqual(told(await keeper.keys({ what: 'take-mirror-kit', kind: 'passkey' })), []);
});

test('never the only one, only with a mirror, and asked again where the owner wants that', async () => {
  const unproven = await Keeper.alone({ proven: false });
  assert.equal(await refused(unproven.put()), 'KitUnproven');
  const alone = await Keeper.alone();
  assert.deepEqual(await alone.keys({ what: 'mirror-kits' }), { copies: [] });
  assert.deepEqual([await refused(alone.put()), await refused(alone.keys({ what: 'take-mirror-kit', kind: 'passkey' }))], ['NoMirror', 'NoMirror']);

  const keeper = await Keeper.paired();
  const { kit, passphrase } = keeper.town;
  await keeper.keys({ what: 'ask-again', isOn: true, kit, passphrase });
  const doors = [() => keeper.put(), () => keeper.put({ kind: 'passkey' }), () => keeper.keys({ what: 'take-mirror-kit', kind: 'passphrase' })];
  for (const door of doors) assert.equal(await refused(door()), 'ConfirmationNeeded');
  assert.equal(keeper.town.mirror.copy(keeper.town.did).kits.size, 0);
  await keeper.keys({ what: 'confirm', kit, passphrase });
  assert.deepEqual(told(await keeper.put()), [['passphrase', true]]);
});

test('a mirror that is older, away, forgetful or false is told of, and nothing is called kept that is not', async () => {
  const keeper = await Keeper.paired();
  const { mirror, network } = keeper.town;
  mirror.keepsKits = false;
  assert.deepEqual(await keeper.keys({ what: 'mirror-kits' }), { mirror: mirror.url, fault: 'MirrorOld', copies: [] });
  assert.equal(await refused(keeper.put()), 'MirrorOld');
  mirror.keepsKits = true;
  network.fault = () => true;
  assert.equal((await keeper.keys({ what: 'mirror-kits' })).fault, 'MirrorUnreachable');
  assert.deepEqual([await refused(keeper.put()), await refused(keeper.keys({ what: 'take-mirror-kit', kind: 'passkey' }))], ['MirrorUnreachable', 'MirrorUnreachable']);
  network.fault = () => false;
  const lies: readonly unknown[] = [[], [{ kind: 'passphrase', file: { $bytes: 'AAAA' }, storedAt: new Date().toISOString() }]];
  for (const lie of lies) {
    mirror.altered = () => lie;
    assert.equal(await refused(keeper.put()), 'CopyChanged');
  }
  const nonsense: readonly unknown[] = ['x', null, [{}], [{ kind: 'passphrase', file: { $bytes: '*' }, storedAt: new Date().toISOString() }], Array.from({ length: 3 }, () => ({ kind: 'passkey', file: { $bytes: 'AA' }, storedAt: new Date().toISOString() }))];
  for (const lie of nonsense) {
    mirror.altered = () => lie;
    assert.equal((await keeper.keys({ what: 'mirror-kits' })).fault, 'MirrorUnreachable', JSON.stringify(lie));
  }
  mirror.altered = (kits) => kits;
  await keeper.put();
  mirror.altered = (kits) => kits.map((kit) => ({ ...kit, file: { $bytes: 'AAAA' } }));
  assert.deepEqual(told(await keeper.keys({ what: 'mirror-kits' })), [['passphrase', false]]);
});

test('where an answer of the mirror is lost nobody says that what lies there is of somebody else; nor of what lies with another mirror', async () => {
  const keeper = await Keeper.paired();
  const { network, house: { store }, did, mirror } = keeper.town;
  await keeper.put();
  // Of the put itself, before and after it was heard; then of reading it back.
  for (const [method, place] of [['putKit', 'before'], ['putKit', 'after'], ['getKits', 'after']] as const) {
    let isPut = false;
    network.fault = (call, at) => {
      const isHit = at === place && call.includes(method) && (isPut || method === 'putKit');
      isPut ||= call.includes('putKit');
      return isHit;
    };
    assert.equal(await refused(keeper.put()), 'MirrorUnreachable', `${method} ${place}`);
    network.fault = () => false;
    assert.deepEqual(told(await keeper.keys({ what: 'mirror-kits' })), [['passphrase', true]], `${method} ${place}`);
  }
  const url = 'https://other.test';
  network.add(url, async (request) => network.fetch(request.url.replace(url, mirror.url)));
  await store.update(did, { mirror: { ...(await keeper.town.account()).mirror!, url } });
  assert.deepEqual(told(await keeper.keys({ what: 'mirror-kits' })), [['passphrase', undefined]]);
});

test('after a new kit this house counts on nothing that it put there before', async () => {
  const keeper = await Keeper.paired();
  await keeper.put();
  const { house: { store }, network: { fetch }, settings, did } = keeper.town;
  await newKit({ did, passphrase: generatePassphrase() }, { store, vault: keeper.vault, fetch, settings, now: Date.now });
  assert.equal(await keeper.vault.get(did, 'mirror-kit'), undefined);
  // The new kit is not proven yet.
  assert.equal(await refused(keeper.put()), 'KitUnproven');
});
