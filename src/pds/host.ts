import type { AtprotoIdentity } from '../identity/index.ts';
import type { Did, Handle } from '../protocol/index.ts';
import { NodeCache } from '../repo/index.ts';
import type { BlobReader, RepositoryStore } from './ports/repository-store.ts';

/** What the server says of itself beside its DID (`com.atproto.server.describeServer`). */
export interface ServerDescription {
  /** Domains under which it gives handles, each with its dot before it. */
  readonly availableUserDomains: readonly string[];
  readonly inviteCodeRequired?: boolean;
  readonly contact?: { readonly email?: string };
  readonly links?: { readonly privacyPolicy?: string; readonly termsOfService?: string };
}

/** What a server is made of, whichever methods it answers. */
export interface HostOptions {
  readonly store: RepositoryStore;
  readonly blobs: BlobReader;
  /** The DID of the service itself, `did:web:…`. */
  readonly did: Did;
  readonly description?: ServerDescription;
  /** Milliseconds since 1970; `Date.now` by default. */
  readonly now?: () => number;
  /** 50 MB by default. */
  readonly maxBlobBytes?: number;
  /** Asked for handles that no account here has. */
  readonly resolveHandle?: (handle: Handle) => Promise<Did | undefined>;
  /** What the DID document of an account says, from a host that asks; undefined where nobody answers. */
  readonly identityOf?: (did: Did) => Promise<AtprotoIdentity | undefined>;
  /** Hears of errors that nobody foresaw; the caller is told nothing of them. */
  readonly onError?: (error: unknown) => void;
}

/** What the methods that read work with: a house, or a mirror. */
export interface Host extends HostOptions {
  readonly now: () => number;
  readonly maxBlobBytes: number;
  readonly description: ServerDescription;
  /** Decoded nodes of all accounts: a node is what its CID says, whoever has it. */
  readonly nodes: NodeCache;
}

/** Of one blob, where nothing else is set. */
export const MAX_BLOB_BYTES = 50_000_000;

/** Fills in what was left out. */
export function makeHost<Options extends HostOptions>(options: Options): Options & Host {
  const { now = Date.now, maxBlobBytes = MAX_BLOB_BYTES, description = { availableUserDomains: [] } } = options;
  return { ...options, now, maxBlobBytes, description, nodes: new NodeCache() };
}
