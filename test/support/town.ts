import assert from 'node:assert/strict';
import { parseDid } from '../../src/protocol/index.ts';
import type { Did } from '../../src/protocol/index.ts';
import { generatePassphrase } from '../../src/keys/index.ts';
import type { Account, AccountKeys, HouseSettings } from '../../src/pds/index.ts';
import type { Block } from '../../src/repo/index.ts';
import { FakeNetwork } from './fake-network.ts';
import { FakeDirectory, FakeMirror } from './fake-street.ts';
import { NOTE, PdsHouse } from './pds-house.ts';
import type { Answer } from './pds-house.ts';

const PAIR = 'app.holdfast.bridge.pair';
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

interface Template {
  readonly account: Account;
  readonly keys: AccountKeys;
  readonly blocks: readonly Block[];
  readonly passphrase: string;
}

/** Accounts by their name: making one takes its time, and every town has a directory of its own. */
const templates = new Map<string, Promise<Template>>();

async function makeTemplate(name: { readonly handle?: string | undefined; readonly domain?: string | undefined }): Promise<Template> {
  const house = new PdsHouse({ fetch: async () => Promise.reject(new TypeError('fetch failed')) });
  const passphrase = generatePassphrase();
  const made = await house.post('app.holdfast.account.create', { passphrase, ...name }, { id: 'request-make' });
  const did = parseDid((made.body['account'] as { did: string }).did);
  const [account, keys] = [(await house.store.account(did))!, (await house.store.keys(did))!];
  const cids = [account.head.cid, account.head.data];
  const bytes = await house.store.reader(did).read(cids);
  return { account, keys, blocks: cids.map((cid, index) => ({ cid, bytes: bytes[index]! })), passphrase };
}

/** A house with one account, a directory and a mirror, on a network of functions. */
export class Town {
  readonly network: FakeNetwork;
  readonly directory: FakeDirectory;
  readonly mirror: FakeMirror;
  readonly house: PdsHouse;
  did!: Did;
  /** What the owner holds. */
  kit!: Blob;
  passphrase!: string;

  /** @param other stands in the same street */
  constructor(other?: Town) {
    this.network = other?.network ?? new FakeNetwork();
    this.directory = other?.directory ?? new FakeDirectory(this.network);
    this.mirror = other?.mirror ?? new FakeMirror(this.network, this.directory);
    this.house = new PdsHouse({ fetch: this.network.fetch, settings: this.settings });
    if (other !== undefined) [this.did, this.kit, this.passphrase] = [other.did, other.kit, other.passphrase];
  }

  readonly settings = async (): Promise<HouseSettings> => ({ directory: FakeDirectory.url });

  /** With an account that has no record; its kit is proven, unless it says otherwise. With a domain its DID is a did:web. */
  static async make({ proven = true, handle, domain }: { readonly proven?: boolean; readonly handle?: string; readonly domain?: string } = {}): Promise<Town> {
    const name = `${handle} ${domain}`;
    const made = templates.get(name) ?? makeTemplate({ handle, domain });
    templates.set(name, made);
    const { account: { kit, ...account }, keys, blocks, passphrase } = await made;
    const town = new Town();
    await town.house.store.create({ ...account, ...(!proven && kit !== undefined && { kit }) }, keys, blocks);
    [town.did, town.kit, town.passphrase] = [account.did, new Blob([new Uint8Array(kit!.file)]), passphrase];
    return town;
  }

  async pair(more: object = {}): Promise<Answer> {
    const answer = await this.house.post(PAIR, { did: this.did, url: this.mirror.url, ...more }, { id: 'request-pair' });
    assert.deepEqual(this.network.mistakes, []);
    return answer;
  }

  async paired(more: object = {}): Promise<Record<string, unknown>> {
    const answer = await this.pair(more);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body['mirror'] as Record<string, unknown>;
  }

  async account(): Promise<Account> {
    return (await this.house.store.account(this.did))!;
  }

  async write(text: string, more: object = {}): Promise<void> {
    const answer = await this.house.create({ text, ...more }, { repo: this.did, collection: NOTE });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  }

  async writeBlob(bytes: Uint8Array<ArrayBuffer> = PNG): Promise<string> {
    const response = await this.house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: bytes, headers: { 'content-type': 'image/png' } });
    const { blob } = await response.json() as { blob: { ref: { $link: string } } };
    await this.write('with a picture', { blob });
    return blob.ref.$link;
  }

  /** That mirror, house and directory say the same. */
  async assertPaired(mirror = this.mirror): Promise<void> {
    const account = await this.account();
    const copy = mirror.copy(this.did);
    assert.deepEqual([copy.status, copy.head?.commit.toString()], ['active', account.head.cid.toString()]);
    assert.deepEqual([account.mirror?.state, account.mirror?.url, account.mirror?.alarm, account.mirror?.leaving], ['active', mirror.url, undefined, undefined]);
    assert.equal(account.mirror?.acknowledged?.commit.toString(), account.head.cid.toString());
    assert.deepEqual(await this.house.store.outboxSize(this.did), { commits: 0, bytes: 0 });
    const { data } = (await this.directory.log(this.did))!;
    assert.equal(data?.services['atproto_pds']?.endpoint, mirror.url);
    assert.deepEqual(data?.alsoKnownAs, [`at://${account.handle}`]);
    assert.equal(copy.handle, account.handle);
    assert.deepEqual(account.operations, []);
  }

  async operations(): Promise<number> {
    return (await this.directory.log(this.did))?.entries.length ?? 0;
  }
}
