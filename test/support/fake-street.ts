import { assureValidNextOp, getLastOpWithCid } from '@did-plc/lib';
import type { IndexedOperation, OpOrTombstone } from '@did-plc/lib';
import { blobRefsOf, cidOf, datetimeFromMs, decodeCbor, formatDidKey, isDid, parseCid, parseDid, ServiceAuthError, toJson, verifyServiceAuth } from '../../src/protocol/index.ts';
import type { Cid, Did, JsonValue, Nsid, Signer, Tid } from '../../src/protocol/index.ts';
import { documentOf, readDidDocument, verifyPlcLog, webIdentity } from '../../src/identity/index.ts';
import type { PlcLog } from '../../src/identity/index.ts';
import { signReceipt } from '../../src/mirroring/index.ts';
import { RepoError, verifyRepository } from '../../src/repo/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import type { FakeNetwork } from './fake-network.ts';

/** A PLC directory whose rules are those of the directory's own library. */
export class FakeDirectory {
  static readonly url = 'https://directory.test';
  readonly #operations = new Map<string, IndexedOperation[]>();
  #time = Date.now() - 1_000_000;

  constructor(network: FakeNetwork) {
    network.add(FakeDirectory.url, (request, path) => this.#answer(request, path));
  }

  /** @throws what the library says */
  async add(did: string, given: object): Promise<void> {
    const operation = given as OpOrTombstone;
    const all = this.#operations.get(did) ?? [];
    const { nullified } = await assureValidNextOp(did, all.filter((each) => !each.nullified), operation);
    const { cid } = await getLastOpWithCid([operation]);
    const gone = new Set(nullified.map(String));
    const kept = all.map((each) => (gone.has(each.cid.toString()) ? { ...each, nullified: true } : each));
    this.#operations.set(did, [...kept, { did, operation, cid, nullified: false, createdAt: new Date(this.#time += 1000) }]);
  }

  async log(did: Did): Promise<PlcLog | undefined> {
    const audit = this.audit(did);
    return audit.length === 0 ? undefined : verifyPlcLog(did, audit);
  }

  forget(did: string): void {
    this.#operations.delete(did);
  }

  /** As it tells it. */
  audit(did: string): AuditEntry[] {
    return (this.#operations.get(did) ?? []).map((each) => ({ ...each, cid: each.cid.toString(), createdAt: each.createdAt.toISOString() }));
  }

  async #answer(request: Request, path: string): Promise<Response> {
    const [did = '', ...rest] = path.split('/');
    if (request.method === 'POST') {
      try {
        await this.add(did, await request.json() as object);
        return Response.json({});
      } catch (error) {
        return Response.json({ message: String(error) }, { status: 400 });
      }
    }
    const audit = this.audit(did);
    if (audit.length === 0) return Response.json({ message: `DID not registered: ${did}` }, { status: 404 });
    return rest.join('/') === 'log/audit' ? Response.json(audit) : Response.json({ message: 'Not found' }, { status: 404 });
  }
}

export interface AuditEntry {
  readonly cid: string;
  readonly operation: object;
  readonly createdAt: string;
  readonly nullified: boolean;
}

interface Copy {
  handle?: string;
  status: 'pairing' | 'active';
  head?: { commit: Cid; rev: Tid; data: Cid };
  car?: Uint8Array<ArrayBuffer>;
  seq: number;
  named: ReadonlySet<string>;
  readonly blobs: Map<string, Uint8Array<ArrayBuffer>>;
  /** What has come of blobs that come in parts. */
  readonly aside: Map<string, Uint8Array<ArrayBuffer>>;
  /** Sealed kits by their kind, as JSON has them. */
  readonly kits: Map<string, { file: { $bytes: string }; storedAt: string }>;
}

class Refused extends Error {
  readonly response: Response;

  constructor(error: string, status = 400) {
    super(error);
    this.response = Response.json({ error, message: `The mirror says: ${error}.` }, { status });
  }
}

/** A mirror as a house sees it: `app.holdfast.mirror.*` over HTTP, and what a restore reads. */
export class FakeMirror {
  /** By the name that accounts live under. */
  url: string;
  did: Did;
  readonly domain: string;
  readonly copies = new Map<Did, Copy>();
  /** What became known to the network. */
  readonly told: string[] = [];
  signer: Promise<Signer>;
  invite: string | undefined;
  /** Of the clock, in milliseconds. */
  behind = 0;
  maxBlobBytes = 1_000_000;
  /** What it says that the account takes; older ones do not say. */
  usage: object | undefined;
  /** One of an earlier version does not. */
  tellsTerms = true;
  /** By its terms, without an invitation. */
  keptDays: number | undefined;
  /** One of an earlier version does not. */
  keepsKits = true;
  /** One of an earlier version does not. */
  takesParts = true;
  /** Bytes of the parts of blobs that came, and of those that came whole. */
  readonly came: number[] = [];
  /** Changes what it gives out of a kit. */
  altered: (kits: { kind: string; file: { $bytes: string } }[]) => unknown = (kits) => kits;
  /** What it has seen of a DID, whatever the directory shows. */
  seen: (did: Did) => readonly (AuditEntry & { readonly isShown?: boolean })[] = (did) => this.#directory.audit(did);
  /** CIDs of operations that houses have claimed. */
  readonly claims = new Set<string>();
  readonly #network: FakeNetwork;
  readonly #directory: FakeDirectory;
  readonly #tokens = new Set<string>();

  constructor(network: FakeNetwork, directory: FakeDirectory, name = 'mirror') {
    const key = new Uint8Array(32).fill(7);
    key.set(new TextEncoder().encode(name));
    this.#network = network;
    this.#directory = directory;
    this.url = `https://${name}.test`;
    this.did = parseDid(`did:web:${name}.test`);
    this.domain = `.${name}.test`;
    this.signer = seededP256Signer(key);
    this.start();
  }

  start(): void {
    this.#serve(this.url);
  }

  /** Is called so beside its name. @returns the origin */
  alsoCalled(name: string): string {
    const url = `https://${name}.test`;
    this.#serve(url);
    return url;
  }

  /** Is called so, and no more as before. */
  rename(name: string): void {
    this.stop();
    [this.url, this.did] = [this.alsoCalled(name), parseDid(`did:web:${name}.test`)];
    for (const copy of this.copies.values()) copy.status = 'pairing';
  }

  #serve(url: string): void {
    this.#network.add(url, (request, path) => this.#answer(request, path).catch((error: unknown) => {
      if (error instanceof Refused) return error.response;
      throw error;
    }));
  }

  stop(): void {
    this.#network.remove(this.url);
  }

  copy(did: Did): Copy {
    const copy = this.copies.get(did);
    if (copy === undefined) throw new Refused('AccountNotFound');
    return copy;
  }

  async #answer(request: Request, path: string): Promise<Response> {
    const { searchParams } = new URL(request.url);
    if (path === 'app.holdfast.mirror.describe') return Response.json(await this.#description(request));
    if (path.startsWith('com.atproto.sync.')) return this.#sync(path, searchParams, request.headers.has('authorization') ? await this.#whoAsks(request, path as Nsid) : undefined);
    const name = path.replace('app.holdfast.mirror.', '');
    if (name === 'getKits' && this.keepsKits) {
      const kits = [...this.copies.get(parseDid(searchParams.get('did')!))?.kits ?? []].map(([kind, { file, storedAt }]) => ({ kind, file, storedAt }));
      return Response.json({ kits: this.altered(kits) });
    }
    if (name === 'getKits') return Response.json({ error: 'MethodNotImplemented', message: 'No.' }, { status: 501 });
    if (name === 'getTerms' && this.tellsTerms) return this.#terms(await request.json() as { invite?: string });
    if (name === 'getTerms') return Response.json({ error: 'MethodNotImplemented', message: 'No.' }, { status: 501 });
    const did = await this.#whoAsks(request, path as Nsid);
    if (name === 'getUsage' && this.usage !== undefined) return Response.json({ usage: this.usage });
    if (name === 'enroll') return this.#enroll(did, await request.json() as { handle?: string; invite?: string });
    const copy = this.copy(did);
    if (name === 'putRepo') return this.#putRepo(did, copy, new Uint8Array(await request.arrayBuffer()));
    if (name === 'listMissingBlobs') return this.#listMissing(copy, searchParams.get('cursor'));
    if (name === 'putBlob') return this.#putBlob(copy, parseCid(searchParams.get('cid')!), new Uint8Array(await request.arrayBuffer()));
    if (name === 'getBlobOffset' && this.takesParts) return Response.json({ offset: heldOf(copy, searchParams) });
    if (name === 'putBlobPart' && this.takesParts) return this.#putPart(copy, searchParams, new Uint8Array(await request.arrayBuffer()));
    if (name === 'watch') return this.#watch(did, await request.json() as { operations: string[] });
    if (name === 'putKit' && this.keepsKits) {
      const { kind, file } = await request.json() as { kind: string; file: { $bytes: string } };
      const storedAt = datetimeFromMs(Date.now());
      copy.kits.set(kind, { file, storedAt });
      return Response.json({ storedAt });
    }
    if (name === 'removeKit' && this.keepsKits) {
      copy.kits.delete((await request.json() as { kind: string }).kind);
      return Response.json({});
    }
    if (name === 'activate') return this.#activate(did, copy);
    if (name === 'leave') {
      const document = await this.#document(did);
      if (document.pds === this.url) this.told.push('#account deleted');
      this.copies.delete(did);
      return Response.json({});
    }
    return Response.json({ error: 'MethodNotImplemented', message: 'No.' }, { status: 501 });
  }

  async #description({ url }: Request): Promise<object> {
    const { publicKey } = await this.signer;
    return {
      did: `did:web:${new URL(url).host}`, key: formatDidKey(publicKey), version: '1.0.0', time: datetimeFromMs(Date.now() - this.behind),
      handleDomains: [this.domain], limits: { blobBytes: this.maxBlobBytes, repoBytes: 1e9, aheadMs: 120_000 },
      inviteRequired: this.invite !== undefined, contact: { email: 'keeper@mirror.test' },
    };
  }

  async #document(did: Did): Promise<ReturnType<typeof readDidDocument>> {
    if (did.startsWith('did:web:')) return webIdentity(this.#network.fetch, did).catch(() => { throw new Refused('IdentityUnknown'); });
    const log = await this.#directory.log(did);
    if (log?.data === undefined) throw new Refused('IdentityUnknown');
    return readDidDocument(documentOf(log.data, did), did);
  }

  async #whoAsks(request: Request, lxm: Nsid): Promise<Did> {
    const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? '';
    const { iss } = await verifyServiceAuth(token, {
      audiences: [this.did, `did:web:${new URL(request.url).host}`], lxm,
      keyOf: async (did) => {
        const { signingKey } = await this.#document(did);
        if (signingKey === undefined) throw new Refused('IdentityUnknown', 503);
        return signingKey;
      },
      once: (_iss, jti) => !this.#tokens.has(jti) && this.#tokens.add(jti) !== undefined,
    }).catch((error: unknown) => {
      throw error instanceof ServiceAuthError ? new Refused('InvalidToken', 401) : error;
    });
    return iss;
  }

  #terms({ invite }: { invite?: string }): Response {
    if (invite !== undefined && invite !== this.invite) throw new Refused('InvalidInviteCode');
    const [most, room] = [1e9, invite === undefined ? 1e9 : 1e6];
    return Response.json({ terms: {
      repoBytes: room, mostRepoBytes: most, allBlobBytes: room, mostAllBlobBytes: most, blobBytes: this.maxBlobBytes, warnPercent: 90, noticeDays: 14, graceDays: 14,
      ...(this.keptDays !== undefined && { days: this.keptDays }), ...(invite !== undefined && { invitation: 'open', days: 30 }),
    } });
  }

  #enroll(did: Did, { handle, invite }: { handle?: string; invite?: string }): Response {
    const known = this.copies.get(did);
    if (known === undefined && this.invite !== invite) throw new Refused('InvalidInviteCode');
    if (handle !== undefined && !handle.endsWith(this.domain)) throw new Refused('UnsupportedDomain');
    if ([...this.copies].some(([other, copy]) => other !== did && copy.handle === handle)) throw new Refused('HandleNotAvailable');
    const copy: Copy = known ?? { status: 'pairing', seq: 0, named: new Set(), blobs: new Map(), aside: new Map(), kits: new Map() };
    if (copy.status === 'pairing' && handle !== undefined) copy.handle = handle;
    this.copies.set(did, copy);
    const { head } = copy;
    return Response.json({
      url: this.url, status: copy.status, handle: copy.handle,
      head: head && { commit: head.commit.toString(), rev: head.rev, data: head.data.toString() },
    });
  }

  async #putRepo(did: Did, copy: Copy, car: Uint8Array<ArrayBuffer>): Promise<Response> {
    const { signingKey } = await this.#document(did);
    const named = new Set<string>();
    try {
      const { commit } = await verifyRepository(car, {
        key: signingKey!, did,
        visitor: { record: (_path, _cid, bytes) => { for (const { cid } of blobRefsOf(decodeCbor(bytes!))) named.add(cid.toString()); } },
      });
      if (copy.head !== undefined && commit.rev <= copy.head.rev) throw new Refused('StaleRev');
      copy.head = { commit: commit.cid.detached(), rev: commit.rev, data: commit.data.detached() };
    } catch (error) {
      if (error instanceof RepoError) throw new Refused('InvalidRepo');
      throw error;
    }
    copy.car = car;
    copy.named = named;
    if (copy.status === 'active') this.#tell(copy, '#sync');
    const head = { commit: copy.head.commit.toString(), rev: copy.head.rev, data: copy.head.data.toString() };
    return Response.json({ head, ...(copy.status === 'active' && { receipt: await this.#receipt(did, copy) }) });
  }

  #listMissing({ named, blobs }: Copy, cursor: string | null): Response {
    const lacked = [...named].filter((cid) => !blobs.has(cid)).sort();
    const page = lacked.filter((cid) => cursor === null || cid > cursor).slice(0, 2);
    return Response.json({ cids: page, ...(page.length === 2 && { cursor: page[1] }) });
  }

  #putBlob({ blobs }: Copy, cid: Cid, bytes: Uint8Array<ArrayBuffer>): Response {
    if (bytes.length > this.maxBlobBytes) throw new Refused('BlobTooLarge');
    if (!cidOf(bytes, 'raw').equals(cid)) throw new Refused('InvalidBlob');
    blobs.set(cid.toString(), bytes);
    this.came.push(bytes.length);
    return Response.json({});
  }

  #putPart(copy: Copy, params: URLSearchParams, bytes: Uint8Array<ArrayBuffer>): Response {
    const [cid, size] = [params.get('cid')!, Number(params.get('size'))];
    if (size > this.maxBlobBytes) throw new Refused('BlobTooLarge');
    if (Number(params.get('offset')) !== heldOf(copy, params)) throw new Refused('WrongOffset', 409);
    const whole = new Uint8Array(Buffer.concat([copy.aside.get(cid) ?? new Uint8Array(), bytes]));
    this.came.push(bytes.length);
    copy.aside.set(cid, whole);
    if (whole.length === size) copy.aside.delete(cid);
    if (whole.length === size && !cidOf(whole, 'raw').equals(parseCid(cid))) throw new Refused('InvalidBlob');
    if (whole.length === size) copy.blobs.set(cid, whole);
    return Response.json({ offset: whole.length });
  }

  #watch(did: Did, { operations }: { readonly operations: readonly string[] }): Response {
    for (const cid of operations) this.claims.add(cid);
    return Response.json({
      lookedAt: datetimeFromMs(Date.now()),
      operations: this.seen(did).map((entry) => ({ isShown: true, ...entry, seenAt: entry.createdAt, isClaimed: this.claims.has(entry.cid) })),
    });
  }

  async #activate(did: Did, copy: Copy): Promise<Response> {
    const { pds, handle } = await this.#document(did);
    if (copy.head === undefined) throw new Refused('RepoNotFound');
    // As a mirror does: of one that is served already the name is the owner's business.
    if (copy.status === 'pairing' && (pds !== this.url || (copy.handle !== undefined && handle !== copy.handle))) throw new Refused('IdentityMismatch');
    if (copy.status === 'pairing') {
      copy.status = 'active';
      for (const type of ['#identity', '#account', '#sync']) this.#tell(copy, type);
    }
    return Response.json({ receipt: await this.#receipt(did, copy) });
  }

  #tell(copy: Copy, type: string): void {
    this.told.push(type);
    copy.seq = this.told.length;
  }

  async #receipt(did: Did, { head, seq }: Copy): Promise<JsonValue> {
    const receipt = await signReceipt(await this.signer, { did, commit: head!.commit, rev: head!.rev, seq }, Date.now());
    return toJson({ ...receipt, commit: receipt.commit.toString() });
  }

  /** @param owner who has shown a token: they have what is theirs, served or not */
  #sync(path: string, params: URLSearchParams, owner: Did | undefined): Response {
    const did = params.get('did') ?? '';
    const copy = isDid(did) ? this.copies.get(did) : undefined;
    if (copy?.car === undefined || (copy.status !== 'active' && owner !== did)) throw new Refused('RepoNotFound');
    if (path.endsWith('getRepo')) return new Response(copy.car, { headers: { 'content-type': 'application/vnd.ipld.car' } });
    if (path.endsWith('getLatestCommit')) return Response.json({ cid: copy.head!.commit.toString(), rev: copy.head!.rev });
    const bytes = path.endsWith('getBlob') ? copy.blobs.get(params.get('cid') ?? '') : undefined;
    if (bytes === undefined) throw new Refused('BlobNotFound');
    return new Response(bytes, { headers: { 'content-type': 'image/png' } });
  }
}

function heldOf({ blobs, aside }: Copy, params: URLSearchParams): number {
  const cid = params.get('cid')!;
  return (blobs.get(cid) ?? aside.get(cid))?.length ?? 0;
}
