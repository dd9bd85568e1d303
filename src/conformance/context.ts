import type { AtprotoIdentity } from '../identity/index.ts';
import type { Did, Handle, PublicKey } from '../protocol/index.ts';
import type { Accounts } from './accounts.ts';
import { given, must } from './check.ts';
import type { FirehoseSeen } from './firehose-seen.ts';
import type { Host } from './host.ts';
import { takeSnapshot } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';

/** What a run is about. */
export interface Subject {
  readonly host: Host;
  readonly did: Did;
  /** As it was asked for, where it was by name. */
  readonly handle?: Handle;
  readonly accounts: Accounts;
  readonly firehose: FirehoseSeen;
  /** Of the account, for the checks that write. */
  readonly password?: string;
}

/** What checks go by; what several need is asked once. */
export class Context implements Subject {
  readonly host: Host;
  readonly did: Did;
  readonly handle?: Handle;
  readonly accounts: Accounts;
  readonly firehose: FirehoseSeen;
  readonly password?: string;
  /** What no report may have in it: the password, and the token of who signed in. */
  readonly secrets = new Set<string>();
  #snapshot: Promise<Snapshot> | undefined;

  constructor({ host, did, handle, accounts, firehose, password }: Subject) {
    this.host = host;
    this.did = did;
    this.accounts = accounts;
    this.firehose = firehose;
    if (handle !== undefined) this.handle = handle;
    if (password === undefined) return;
    this.password = password;
    this.secrets.add(password);
  }

  /** @throws NotSeen where `identity.document` is about what is wrong */
  async account(): Promise<AtprotoIdentity> {
    return given('identity.document', this.identity());
  }

  /** @throws Finding, DidDocumentError, NotSeen */
  async identity(): Promise<AtprotoIdentity> {
    const account = await this.accounts.of(this.did);
    must(account !== undefined, 'UnknownDid', 'The DID is not known to its directory');
    return account;
  }

  /** The repository, verified. @param anew take it again @throws Finding, RepoError, NotSeen */
  async repository(anew = false): Promise<Snapshot> {
    const key = await this.signingKey();
    if (anew || this.#snapshot === undefined) this.#snapshot = takeSnapshot(this.host, this.did, key);
    return this.#snapshot;
  }

  /** The same, for who is not about it. @throws NotSeen */
  readonly snapshot = (anew = false): Promise<Snapshot> => given('repository.whole', this.repository(anew));

  async signingKey(): Promise<PublicKey> {
    const { signingKey } = await this.account();
    return given('identity.document', Promise.resolve().then(() => {
      must(signingKey !== undefined, 'NoSigningKey', 'The DID document names no key that signs the repository');
      return signingKey;
    }));
  }
}
