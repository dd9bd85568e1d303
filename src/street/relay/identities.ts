import { DidDocumentError, documentAddress, readDidDocument } from '../../identity/index.ts';
import type { AtprotoIdentity } from '../../identity/index.ts';
import type { Did } from '../../protocol/index.ts';
import { ask } from './ask.ts';
import { NotNow, Refusal } from './refusal.ts';

/** What a document said is believed for so long, in milliseconds. */
const BELIEVED = 600_000;
/** While the PLC directory does not answer it is believed for a day, and asked for again after so long, in milliseconds; a host of did:web that is silent is not. */
const BELIEVED_IN_SILENCE = 24 * 3_600_000;
const SILENCE = 30_000;
/** So long an answer may take, and so long where one is known, in milliseconds. */
const PATIENCE = 5_000;
const PATIENCE_FOR_KNOWN = 500;
const MOST_KEPT = 10_000;

interface Known {
  readonly identity: AtprotoIdentity;
  readonly readAt: number;
  readonly until: number;
}

/** What DID documents say, from a PLC directory and from the hosts of did:web. */
export class Identities {
  readonly #directoryUrl: string;
  readonly #known = new Map<Did, Known>();

  constructor(directoryUrl: string) {
    this.#directoryUrl = directoryUrl;
  }

  /**
   * @param fresh ask again, whatever is remembered
   * @throws Refusal UnknownIdentity; NotNow where nobody answers
   */
  async of(did: Did, fresh = false): Promise<AtprotoIdentity> {
    const known = this.#known.get(did);
    if (!fresh && known !== undefined && known.until > Date.now()) return known.identity;
    const readAt = Date.now();
    try {
      return this.#know(did, { identity: await this.#read(did, fresh || known === undefined ? PATIENCE : PATIENCE_FOR_KNOWN), readAt, until: readAt + BELIEVED });
    } catch (error) {
      if (!(error instanceof NotNow)) this.#known.delete(did);
      else if (!fresh && known !== undefined && readAt - known.readAt < BELIEVED_IN_SILENCE) return this.#know(did, { ...known, until: Date.now() + SILENCE });
      throw error;
    }
  }

  #know(did: Did, known: Known): AtprotoIdentity {
    this.#known.delete(did);
    if (this.#known.size >= MOST_KEPT) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(did, known);
    return known.identity;
  }

  async #read(did: Did, ms: number): Promise<AtprotoIdentity> {
    const url = documentAddress(did, this.#directoryUrl);
    if (url === undefined) throw new Refusal('UnknownIdentity', 'This is no did:plc, and no did:web of a host.', { did });
    const answer = await ask(url, ms).catch((cause: unknown) => {
      // A host of one account that is gone must not hold up the others; without the directory nobody can be judged.
      if (did.startsWith('did:plc:')) throw new NotNow('The PLC directory does not answer.', cause);
      throw new Refusal('UnknownIdentity', 'The host of this DID does not answer.', { did }, cause);
    });
    if (answer.status >= 500) throw new NotNow('The directory of this DID cannot answer now.');
    if (answer.status !== 200) throw new Refusal('UnknownIdentity', 'This DID is not known, or is no more.', { did, status: answer.status });
    try {
      return readDidDocument(answer.json, did);
    } catch (cause) {
      if (!(cause instanceof DidDocumentError)) throw cause;
      throw new Refusal('UnknownIdentity', cause.message, { did }, cause);
    }
  }
}
