import { DidDocumentError, documentAddress, readDidDocument } from '../../identity/index.ts';
import type { AtprotoIdentity } from '../../identity/index.ts';
import type { Did } from '../../protocol/index.ts';
import { ask } from './ask.ts';
import { NotNow, Refusal } from './refusal.ts';

/** What a document said is believed for so long, in milliseconds. */
const BELIEVED = 600_000;
const MOST_KEPT = 10_000;

/** What DID documents say, from a PLC directory and from the hosts of did:web. */
export class Identities {
  readonly #directoryUrl: string;
  readonly #known = new Map<Did, { readonly identity: AtprotoIdentity; readonly until: number }>();

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
    this.#known.delete(did);
    const identity = await this.#read(did);
    if (this.#known.size >= MOST_KEPT) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(did, { identity, until: Date.now() + BELIEVED });
    return identity;
  }

  async #read(did: Did): Promise<AtprotoIdentity> {
    const url = documentAddress(did, this.#directoryUrl);
    if (url === undefined) throw new Refusal('UnknownIdentity', 'This is no did:plc, and no did:web of a host.', { did });
    const answer = await ask(url).catch((cause: unknown) => {
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
