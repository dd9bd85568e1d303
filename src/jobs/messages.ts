/** What a page may ask for. A worker does one job. Private keys cross no message; a passphrase does, to where the kit is opened. */
export type StartMessage =
  | { readonly type: 'start'; readonly job: 'self-check' }
  | ({ readonly type: 'start' } & ShortJob)
  | ({ readonly type: 'start' } & LongJob);

/** A job that has no row in the house: it is over in a moment. */
export type ShortJob =
  | ({ readonly job: 'kit' } & KitCall)
  | ({ readonly job: 'identity' } & IdentityAsk)
  | ({ readonly job: 'new-kit' } & NewKitAsk)
  | ({ readonly job: 'keys' } & KeysAsk)
  | ({ readonly job: 'find-kit' } & FindKitAsk)
  | ({ readonly job: 'begin-again' } & BeginAgainAsk);

/** A call of a method of the house that seals a kit or opens one. */
export interface KitCall {
  readonly nsid: string;
  readonly input: unknown;
  readonly requestId: string;
}

/** The answer of such a method: what its lexicon says, or a refusal. */
export interface KitAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a page asks about the identity of an account. */
export type IdentityAsk = { readonly did: string } & (
  | { readonly what: 'read' }
  /** The owner takes these operations, by CID, for their own. */
  | { readonly what: 'accept'; readonly cids: readonly string[] }
  /** Whether a handle leads to the account, and what taking it would change; then to take it. `resolver` answers DNS over HTTPS. */
  | { readonly what: 'check-handle' | 'change-handle'; readonly handle: string; readonly resolver: string }
  /** What the document of a did:web on a domain is to say; if `isLive`, what is wrong with the one that is there. `pds`: of the mirror that it is to name, where that is not the present one. */
  | { readonly what: 'web-document'; readonly domain: string; readonly isLive: boolean; readonly pds?: string; readonly resolver: string }
  /** What it would change to give the account these further names and no others, URIs in their order; then to do it. */
  | { readonly what: 'check-names' | 'change-names'; readonly names: readonly string[]; readonly resolver: string }
  /** Brings in a K-256 key, as another server wrote it; has it give this house the right to change the identity; forgets it. */
  | { readonly what: 'import-key'; readonly key: Blob }
  | { readonly what: 'use-key' | 'forget-key' }
  /** Takes the right to change the identity from these `did:key`s, with the kit. */
  | { readonly what: 'lock-out'; readonly keys: readonly string[] } & KitOpening
  /** Undoes these operations with the kit. */
  | { readonly what: 'undo'; readonly cids: readonly string[] } & KitOpening
);

/**
 * How the kit is opened: the file that the owner has, with its passphrase as typed; or the copy that this house has under a passkey,
 * with the 32 bytes that the passkey answered. They are transferred to the worker, which wipes them.
 */
export type KitOpening = { readonly kit: Blob; readonly passphrase: string } | { readonly passkey: Uint8Array };

/** A new kit for an account. `passphrase` seals it; the old kit signs for it where it is at hand. */
export interface NewKitAsk {
  readonly did: string;
  readonly passphrase: string;
  readonly old?: KitOpening;
}

/** Of an account only the kit is left: its identity is saved. `newPassphrase` seals the new kit. `isSure`: though its mirror has a copy. */
export interface BeginAgainAsk {
  readonly kit: Blob;
  /** Of that kit, as it was typed. */
  readonly passphrase: string;
  readonly newPassphrase: string;
  readonly isSure?: boolean;
}

/** Looks for sealed kits at the mirror of an account that is not here, or at a standby by its origin. `name` is its handle or DID, `resolver` answers DNS over HTTPS. */
export interface FindKitAsk {
  readonly name: string;
  readonly resolver: string;
  readonly standby?: string;
}

/** What a page asks about the keys of an account. */
export type KeysAsk = { readonly did: string } & (
  /** What they were used for; whether there is a copy of the kit under a passkey; to let that copy go. */
  | { readonly what: 'uses' | 'passkey' | 'remove-passkey' }
  /** Shows that the owner is there: for the next moments what they want to be asked about is done. Or sets whether they are asked. */
  | ({ readonly what: 'confirm' } & KitOpening)
  | ({ readonly what: 'ask-again'; readonly isOn: boolean } & KitOpening)
  /** For one who has neither kit nor passkey: `lift` lets the wish go after a time, `unlift` does not, `lifted` when that is over. */
  | { readonly what: 'lift' | 'unlift' | 'lifted' }
  /** Which sealed copies of the kit lie with the mirror; to have it delete one. */
  | { readonly what: 'mirror-kits' }
  | { readonly what: 'take-mirror-kit'; readonly kind: 'passphrase' | 'passkey' }
  /** Puts one there: of the owner's file, under its generated passphrase; or the copy that this house has under a passkey. */
  | { readonly what: 'put-mirror-kit'; readonly kind: 'passphrase'; readonly kit: Blob; readonly passphrase: string }
  | { readonly what: 'put-mirror-kit'; readonly kind: 'passkey' }
  /** Seals the kit once more, under what a passkey answered. */
  | { readonly what: 'add-passkey'; readonly kit: Blob; readonly passphrase: string; readonly id: Uint8Array; readonly answer: Uint8Array }
);

/** What of a `FileSystemFileHandle` is used. */
export interface PickedFile {
  readonly name: string;
  createWritable(): Promise<{ write(bytes: Uint8Array<ArrayBuffer>): Promise<void>; close(): Promise<void>; abort(): Promise<void> }>;
  getFile(): Promise<Blob>;
  /** Not in every browser. */
  remove?(): Promise<void>;
}

/** A job that has a row in the house. `id` is chosen by the page. Without a CAR, it is restored from the mirror that the DID names, from the mirror `standby` that it does not name, or over the port `house` from another house; with `passkey`, what a passkey answered, `kit` is a copy under it. `seal` is the passphrase under which a backup is encrypted. */
export type LongJob =
  | { readonly job: 'restore'; readonly id: string; readonly kit?: Blob; readonly passphrase: string; readonly passkey?: Uint8Array; readonly car?: Blob; readonly filePassphrase?: string; readonly house?: MessagePort; readonly standby?: { readonly url: string; readonly resolver: string } }
  | { readonly job: 'save'; readonly id: string; readonly did: string; readonly file?: PickedFile; readonly form?: 'car' | 'zip'; readonly kit?: Blob; readonly seal?: string }
  | { readonly job: 'compact'; readonly id: string; readonly did: string }
  | { readonly job: 'verify'; readonly id: string; readonly car: Blob; readonly key?: string; readonly twice?: boolean; readonly filePassphrase?: string }
  /** In what the records of a file differ from those of an account; and blobs of it that are put into the house, by CID. */
  | { readonly job: 'compare'; readonly id: string; readonly did: string; readonly car: Blob; readonly filePassphrase?: string }
  | { readonly job: 'unpack'; readonly id: string; readonly did: string; readonly car: Blob; readonly cids: readonly string[]; readonly filePassphrase?: string }
  | { readonly job: 'check'; readonly id: string }
  /** Of an account whose row cannot be read: its newest state that is whole, as a file. */
  | { readonly job: 'rescue'; readonly id: string; readonly did: string }
  /** From a saved file, or without one from the mirrors of the accounts. */
  | { readonly job: 'mend'; readonly id: string; readonly car?: Blob; readonly filePassphrase?: string };

const LONG_JOBS: readonly LongJob['job'][] = ['restore', 'save', 'compact', 'verify', 'compare', 'unpack', 'check', 'mend', 'rescue'];

/** Asks the job to end as soon as it can; it answers with `cancelled`, or with what it had just come to. */
export interface CancelMessage {
  readonly type: 'cancel';
}

export type StepState = 'waiting' | 'running' | 'passed' | 'failed';

/** One step of the self-check, as far as it has come. */
export interface StepReport {
  readonly id: string;
  readonly title: string;
  readonly state: StepState;
  /** From 0 to 1, of a running step that knows how far it is. */
  readonly progress?: number;
  /** How long it took, once it has passed. */
  readonly ms?: number;
  /** What it saw, in a few words, once it has passed. */
  readonly finding?: string;
}

/** An error as it crosses a port: Error objects lose their fields there. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** What the page hears of a self-check. Every message carries all steps, so that none depends on an earlier one. */
export type SelfCheckMessage =
  | { readonly type: 'progress'; readonly steps: readonly StepReport[] }
  | { readonly type: 'done'; readonly steps: readonly StepReport[]; readonly ms: number }
  | { readonly type: 'cancelled'; readonly steps: readonly StepReport[] }
  | { readonly type: 'failed'; readonly steps: readonly StepReport[]; readonly error: ErrorReport };

/** How far a long job is. */
export interface JobProgress {
  readonly phase: 'kit' | 'reading' | 'writing' | 'checking' | 'storing' | 'blobs' | 'rows' | 'verifying' | 'fetching' | 'second' | 'packing' | 'unpacking';
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
  readonly unit: 'bytes' | 'records' | 'blobs';
  /** Records met so far. */
  readonly records: number;
}

/** What the page hears of a long job; of a short one, how it ended. */
export type LongJobMessage =
  | { readonly type: 'progress'; readonly progress: JobProgress }
  | { readonly type: 'done'; readonly result: unknown }
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly error: ErrorReport };

export type JobMessage = SelfCheckMessage | LongJobMessage;

export function isStart(data: unknown): data is StartMessage {
  if (!hasType(data, 'start') || !('job' in data)) return false;
  if (data.job === 'kit') return 'nsid' in data && typeof data.nsid === 'string' && 'requestId' in data && typeof data.requestId === 'string';
  if (data.job === 'new-kit') return 'did' in data && typeof data.did === 'string' && 'passphrase' in data && typeof data.passphrase === 'string';
  if (data.job === 'identity' || data.job === 'keys') return 'did' in data && typeof data.did === 'string' && 'what' in data;
  if (data.job === 'find-kit') return 'name' in data && typeof data.name === 'string' && 'resolver' in data && typeof data.resolver === 'string';
  if (data.job === 'begin-again') return 'kit' in data && 'newPassphrase' in data && typeof data.newPassphrase === 'string';
  return data.job === 'self-check' || (isLongJob(data) && 'id' in data && typeof data.id === 'string');
}

export function isLongJob(data: object): data is LongJob {
  return 'job' in data && LONG_JOBS.some((job) => job === data.job);
}

export const isCancel = (data: unknown): data is CancelMessage => hasType(data, 'cancel');

function hasType(data: unknown, type: string): data is { readonly type: string } {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === type;
}
