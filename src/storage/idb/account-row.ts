import type { CborMap, Cid, Datetime, Did, Handle, Nsid, Tid } from '../../protocol/index.ts';
import type { Account, KeptKit, PairedMirror } from '../../pds/index.ts';
import type { SealedRow } from './schema.ts';
import { seal, unseal } from './sealed-row.ts';
import { damaged } from './store-fault.ts';

/** Rows of packs with their index, which become visible together. */
export interface PackSet {
  readonly id: string;
  /** Bytes of its rows. */
  readonly bytes: number;
  readonly blocks: number;
}

/** What of the tables belongs to the account. What is not listed here does not exist. */
export interface Manifest {
  /** Drawn when the account came into the house: one that was removed and came again is another. */
  readonly id: string;
  /** Oldest first. */
  readonly packs: readonly PackSet[];
  /** The rows of the tail are numbered from `from` to below `next`. */
  readonly from: number;
  readonly next: number;
  /** Bytes of these rows. */
  readonly tailBytes: number;
  /** About so many bytes of the packs no longer belong to the repository. */
  readonly deadBytes: number;
  readonly historyBytes: number;
  /** Rows of the outbox, and bytes of their messages. */
  readonly waiting: number;
  readonly waitingBytes: number;
}

/** An account as its row has it. */
export interface StoredAccount {
  readonly account: Account;
  readonly manifest: Manifest;
}

interface Fields {
  readonly did: string;
  readonly handle: string | null;
  readonly origin: Account['origin'];
  readonly status: Account['status'];
  readonly createdAt: string;
  readonly head: { readonly cid: Cid; readonly rev: string; readonly data: Cid };
  readonly collections: readonly (readonly [string, number, number])[];
  readonly signingKey: string;
  readonly rotationKeys: readonly string[];
  readonly genesis: Uint8Array | null;
  readonly operations: readonly Uint8Array[];
  readonly kit: { readonly file: Uint8Array; readonly createdAt: string; readonly rev: string | null } | null;
  /** Not in rows of schema version 1. */
  readonly mirror?: PairedMirror & CborMap;
  readonly confirmed?: string;
  readonly signedOperations?: readonly string[];
  readonly shownOperations?: readonly string[];
  /** Where the owner has set it. */
  readonly historyLimit?: number;
  readonly confirmedUntil?: number;
  readonly manifest: Omit<Manifest, 'packs'> & { readonly packs: readonly (PackSet & CborMap)[] };
}

/** What the manifests of schema version 1 did not have. */
const NOTHING_WAITS = { waiting: 0, waitingBytes: 0 };

export function accountRow({ account, manifest }: StoredAccount): SealedRow {
  const { head, kit, genesis, handle, mirror, confirmed, historyLimit, confirmedUntil, signedOperations, shownOperations } = account;
  const fields: Fields & CborMap = {
    did: account.did,
    handle: handle ?? null,
    origin: account.origin,
    status: account.status,
    createdAt: account.createdAt,
    head: { cid: head.cid, rev: head.rev, data: head.data },
    collections: [...account.collections].map(([name, { records, bytes }]) => [name, records, bytes] as const),
    signingKey: account.signingKey,
    rotationKeys: account.rotationKeys,
    genesis: genesis ?? null,
    operations: account.operations,
    kit: kit === undefined ? null : { file: kit.file, createdAt: kit.createdAt, rev: kit.rev ?? null },
    ...(mirror !== undefined && { mirror: mirror as PairedMirror & CborMap }),
    ...(confirmed !== undefined && { confirmed }),
    ...(historyLimit !== undefined && { historyLimit }),
    ...(confirmedUntil !== undefined && { confirmedUntil }),
    ...(signedOperations !== undefined && { signedOperations }),
    ...(shownOperations !== undefined && { shownOperations }),
    manifest: { ...manifest, packs: manifest.packs.map((set) => ({ ...set })) },
  };
  return seal(fields);
}

/** @throws StoreError StoreDamaged */
export function readAccountRow(row: SealedRow, did: string): StoredAccount {
  const fields = unseal<Fields>(row, 'The row of an account', { did });
  if (fields.did !== did) throw damaged('The row of an account', { did });
  const { handle, genesis, kit, head, mirror, confirmed, historyLimit, confirmedUntil, signedOperations, shownOperations } = fields;
  return {
    manifest: { ...NOTHING_WAITS, ...fields.manifest },
    account: {
      did: fields.did as Did,
      ...(handle !== null && { handle: handle as Handle }),
      status: fields.status,
      origin: fields.origin,
      createdAt: fields.createdAt as Datetime,
      head: { cid: head.cid, rev: head.rev as Tid, data: head.data },
      collections: new Map(fields.collections.map(([name, records, bytes]) => [name as Nsid, { records, bytes }])),
      signingKey: fields.signingKey,
      rotationKeys: fields.rotationKeys,
      ...(genesis !== null && { genesis }),
      operations: fields.operations,
      ...(kit !== null && { kit: keptKit(kit) }),
      ...(mirror !== undefined && { mirror }),
      ...(confirmed !== undefined && { confirmed: confirmed as Tid }),
      ...(historyLimit !== undefined && { historyLimit }),
      ...(confirmedUntil !== undefined && { confirmedUntil }),
      ...(signedOperations !== undefined && { signedOperations }),
      ...(shownOperations !== undefined && { shownOperations }),
    },
  };
}

function keptKit({ file, createdAt, rev }: NonNullable<Fields['kit']>): KeptKit {
  return { file, createdAt: createdAt as Datetime, ...(rev !== null && { rev: rev as Tid }) };
}
