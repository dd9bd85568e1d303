import { isCidText, isDid, isTid } from '../../protocol/index.ts';
import { BackupError } from './backup-error.ts';

/** The names of what a backup holds (docs/backup-format.md). */
export const NAMES = {
  car: 'repository.car', blobs: 'blobs/', preferences: 'preferences.json', identity: 'identity-log.json', kit: 'kit.age', manifest: 'manifest.json',
} as const;

export const FORMAT = 'app.holdfast.backup';
export const VERSION = 1;

/** One file of a backup. */
export interface BackupFile {
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Of a blob. */
  readonly mimeType?: string;
}

/** What a backup says of itself. It is written last, when all of it is known. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly createdAt: string;
  readonly did: string;
  readonly handle?: string;
  readonly rev: string;
  readonly commit: string;
  readonly records: number;
  readonly blobs: number;
  /** CIDs of blobs that records name and the house did not have. */
  readonly missingBlobs: readonly string[];
  /** All but the manifest itself, in the order in which they were written. */
  readonly files: readonly BackupFile[];
}

/** @throws BackupError BackupForm, BackupNewer */
export function readManifest(bytes: Uint8Array): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw notOurs('its manifest is no JSON');
  }
  if (!isObject(value) || value['format'] !== FORMAT) throw notOurs('its manifest is not that of a backup');
  const { version, did, rev, commit, files } = value;
  if (typeof version === 'number' && version > VERSION) {
    throw new BackupError('BackupNewer', 'A later version of Holdfast wrote this backup. Update Holdfast, and try again.');
  }
  if (version !== VERSION || !isText(did) || !isDid(did) || !isText(rev) || !isTid(rev) || !isText(commit) || !isCidText(commit)
    || !Array.isArray(files) || !files.every(isFile)) throw notOurs('its manifest does not say what it should');
  if (new Set(files.map(({ path }) => path)).size !== files.length) throw notOurs('its manifest names a file twice');
  return value as unknown as Manifest;
}

export function notOurs(why: string): BackupError {
  return new BackupError('BackupForm', `The file is no backup of Holdfast, or not a whole one: ${why}.`, { reason: why });
}

function isFile(value: unknown): value is BackupFile {
  return isObject(value) && isText(value['path']) && Number.isSafeInteger(value['bytes']) && isText(value['sha256'])
    && /^[0-9a-f]{64}$/.test(value['sha256']) && (value['mimeType'] === undefined || isText(value['mimeType']));
}

const isText = (value: unknown): value is string => typeof value === 'string';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
