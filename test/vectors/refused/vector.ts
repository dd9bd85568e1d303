// What a vector says. `index.json` holds these, with blocks in files beside it.
import type { Cid, Tid } from '../../../src/protocol/index.ts';
import type { CommitMessage, RepoFault } from '../../../src/repo/index.ts';

/** Where the fault lies, as far as whoever made it can say without reading it again. */
export interface FaultPlace {
  readonly block?: Cid;
  readonly key?: string;
  readonly field?: string;
  readonly offset?: number;
}

interface Case {
  readonly name: string;
  /** One plain sentence: the fault, or why there is none. */
  readonly why: string;
  /** `null` where the vector is to be accepted. */
  readonly code: RepoFault | null;
  /** The names of exactly those details that the error has. */
  readonly details?: readonly string[];
  readonly at?: FaultPlace;
  /** Whose key the reader has; `p256` when absent. */
  readonly key?: 'p256' | 'k256';
}

/** A whole repository. */
export interface RepositoryCase extends Case {
  readonly kind: 'repository';
  readonly car: Uint8Array;
}

/** A `#commit`. Fields of any form: it comes from outside. */
export interface CommitCase extends Case {
  readonly kind: 'commit';
  readonly message: { readonly [Field in keyof CommitMessage]?: unknown };
  readonly previous?: { readonly rev: Tid; readonly data: Cid };
}

/** What a repository has become since `before`, which is one. */
export interface DiffCase extends Case {
  readonly kind: 'diff';
  readonly before: Uint8Array;
  readonly car: Uint8Array;
}

/** What a repository has at `path`. */
export interface ProofCase extends Case {
  readonly kind: 'proof';
  readonly path: string;
  /** The record that is said to be there; `null` where it is said that there is none. */
  readonly claim: Cid | null;
  readonly car: Uint8Array;
}

export type VectorCase = RepositoryCase | CommitCase | DiffCase | ProofCase;

type Rest<C> = Omit<C, 'kind' | 'name' | 'why' | 'code' | 'details' | 'at'>;

/** A case that must be refused: its name, the reason, a sentence, and what the error names. */
export function refused<C extends VectorCase>(
  kind: C['kind'], name: string, code: RepoFault, why: string, details: readonly string[], at: FaultPlace,
    rest: Rest<C>,
): C {
  return { kind, name, code, why, details, at, ...rest } as unknown as C;
}

/** A case that must be accepted: the neighbour of those that are not. */
export function accepted<C extends VectorCase>(kind: C['kind'], name: string, why: string, rest: Rest<C>): C {
  return { kind, name, code: null, why, ...rest } as unknown as C;
}
