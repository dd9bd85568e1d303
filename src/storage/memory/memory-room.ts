import type { Cid, CidMap, Did, Handle, Nsid, Tid } from '../../protocol/index.ts';
import type { Block } from '../../repo/index.ts';
import { MirrorStoreError } from '../../mirroring/index.ts';
import type { AccountTerms, CopyAccount, CopyHead, CopyStatus, SealedKit, SealedKitKind } from '../../mirroring/index.ts';
import type { MemoryWatchedLog } from './memory-watched-log.ts';

/** With the rev that it came with, and when it died, while it is dead. */
interface KeptBlock {
  readonly bytes: Uint8Array;
  came: Tid;
  died?: number;
}

/** What is kept of one account. */
export interface Room {
  readonly did: Did;
  handle: Handle | undefined;
  host: string | undefined;
  status: CopyStatus;
  createdAt: number;
  head: CopyHead | undefined;
  told: { readonly seq: number; readonly time: number } | undefined;
  signingKey: string | undefined;
  collections: Map<Nsid, number>;
  readonly blocks: CidMap<KeptBlock>;
  /** Paths whose records name blobs. */
  readonly naming: Map<string, readonly Cid[]>;
  watched: MemoryWatchedLog;
  terms: AccountTerms;
  held: CopyAccount['held'];
  isOver: boolean;
  primary: CopyAccount['primary'];
  /** By their kind, with the key that the DID named when they came. */
  readonly kits: Map<SealedKitKind, SealedKit & { readonly signingKey: string }>;
}

/** The account as the port has it. */
export function accountOf({ did, handle, host, status, createdAt, head, told, signingKey, collections, blocks, terms, held, isOver, primary }: Room): CopyAccount {
  let bytes = 0;
  for (const block of blocks.values()) if (block.died === undefined) bytes += block.bytes.length;
  return {
    did, status, createdAt, collections: new Map(collections), bytes, terms, ...(handle && { handle }), ...(host && { host }), ...(head && { head }),
    ...(told && { told }), ...(signingKey && { signingKey }), ...(held && { held }), ...(isOver && { isOver }), ...(primary && { primary }),
  };
}

/** What is there keeps its rev; what died and is put again lives, and is new to those who saw it die. */
export function put({ blocks }: Room, coming: readonly Block[], came: Tid): void {
  for (const { cid, bytes } of coming) {
    const before = blocks.get(cid);
    if (before === undefined || before.died !== undefined) blocks.set(cid.detached(), { bytes: bytes.slice(), came });
  }
}

/** @throws MirrorStoreError HeadMoved */
export function checkHead({ did, head }: Room, expected: Cid | undefined): void {
  const isSame = head === undefined || expected === undefined ? head === expected : head.cid.equals(expected);
  if (isSame) return;
  throw new MirrorStoreError('HeadMoved', 'The account is at another commit by now; nothing was changed', {
    did, ...(head && { head: head.cid.toString() }),
  });
}

export function missing(did: Did): MirrorStoreError {
  return new MirrorStoreError('AccountMissing', 'This mirror has no such account', { did });
}

/** Only collections that have records. */
export function withoutEmpty(collections: ReadonlyMap<Nsid, number>): Map<Nsid, number> {
  return new Map([...collections].filter(([, records]) => records > 0));
}
