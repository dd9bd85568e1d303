import { dataOf, documentAddress, limitedFetch, NetworkError, PlcDirectory, readDidDocument } from '../identity/index.ts';
import type { AtprotoIdentity, DidDocument } from '../identity/index.ts';
import { HoldfastError, isHandle, normalizeHandle, parseDidKey } from '../protocol/index.ts';
import type { Did, PublicKey } from '../protocol/index.ts';
import { NotSeen } from './check.ts';

const MS = 10_000;
const BYTES = 65_536;
/** So many accounts of a firehose are looked up; what others sign is not verified. */
const MOST = 200;

/** Everything that the log of a DID has ever said. */
export interface PastAccount {
  readonly keys: readonly PublicKey[];
  readonly handles: readonly string[];
  readonly hosts: readonly string[];
}

/** Looks accounts up, each once. */
export class Accounts {
  readonly #directory: string;
  readonly #known = new Map<Did, Promise<AtprotoIdentity | undefined>>();
  readonly #past = new Map<Did, Promise<PastAccount>>();

  /** @param directory of did:plc: an origin, or an address with a path */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * What the document says; undefined where the directory says that there is no such DID.
   * @throws NotSeen where nobody answers, where it is no more, or where too many were asked for; DidDocumentError
   */
  of(did: Did): Promise<AtprotoIdentity | undefined> {
    const known = this.#known.get(did) ?? (this.#known.size < MOST ? this.#read(did) : Promise.reject(new NotSeen('too many accounts to look them all up')));
    if (this.#known.size < MOST) this.#known.set(did, known);
    return known;
  }

  /** What its log says that it was; nothing where there is no log, as of a did:web. */
  pastOf(did: Did): Promise<PastAccount> {
    const past = this.#past.get(did) ?? this.#readPast(did);
    this.#past.set(did, past);
    return past;
  }

  async #read(did: Did): Promise<AtprotoIdentity | undefined> {
    const address = documentAddress(did, this.#directory);
    if (address === undefined) return undefined;
    const answer = await limitedFetch(fetch, address, { headers: { accept: 'application/json' } }, { ms: MS, bytes: BYTES }).catch((error: unknown) => {
      if (error instanceof NetworkError) throw new NotSeen(`the document of ${did} did not come: ${error.message}`);
      throw error;
    });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw new NotSeen(`the document of ${did} did not come: ${answer.status}`);
    const document = jsonIn(answer.bytes) as DidDocument | undefined;
    return readDidDocument(document, did);
  }

  async #readPast(did: Did): Promise<PastAccount> {
    const none = { keys: [], handles: [], hosts: [] };
    if (!did.startsWith('did:plc:')) return none;
    try {
      const log = await new PlcDirectory(fetch, this.#directory).log(did);
      const datas = log?.entries.flatMap(({ operation }) => dataOf(operation) ?? []) ?? [];
      return {
        keys: datas.flatMap(({ verificationMethods: { atproto } }) => (atproto === undefined ? [] : keyIn(atproto))),
        handles: datas.flatMap(({ alsoKnownAs }) => alsoKnownAs.map((name) => name.replace(/^at:\/\//, '')).filter(isHandle).map(normalizeHandle)),
        hosts: datas.flatMap(({ services: { atproto_pds: pds } }) => (pds === undefined ? [] : originIn(pds.endpoint))),
      };
    } catch (error) {
      // Without the past, the present has to do.
      if (error instanceof HoldfastError) return none;
      throw error;
    }
  }
}

function keyIn(text: string): readonly PublicKey[] {
  try {
    return [parseDidKey(text)];
  } catch {
    return [];
  }
}

function originIn(endpoint: string): readonly string[] {
  const url = URL.parse(endpoint);
  return url === null ? [] : [url.origin];
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
