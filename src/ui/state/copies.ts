import type { WrittenBackup } from './folder-plan.ts';

/** One place where an account is kept. */
export interface Copy {
  readonly place: 'browser' | 'mirror' | 'file' | 'folder';
  /** Whether all that is in this browser is in it. */
  readonly isCurrent: boolean;
  /** Of its newest state: an ISO datetime, where one is known. */
  readonly time?: string;
  readonly bytes?: number;
  /** Name of a mirror, a folder or a file. */
  readonly name?: string;
  /** How many backups a folder holds. */
  readonly count?: number;
}

/** What the pages know of an account's copies. */
export interface CopiesFacts {
  readonly rev: string;
  /** The mirror's host, when it confirmed something last, and whether that was everything. */
  readonly mirror?: { readonly host: string; readonly confirmed?: string | undefined; readonly isCurrent: boolean };
  /** The newest file that was saved by hand. */
  readonly backup?: { readonly time: string; readonly rev: string | undefined; readonly bytes?: number; readonly name?: string } | undefined;
  readonly folder?: { readonly name: string; readonly written: readonly WrittenBackup[] } | undefined;
  /** When the owner said that a copy of the file is kept away from this device. */
  readonly elsewhere?: string | undefined;
}

/** What is there, and the rule of three copies, on two kinds of place, one of them elsewhere. */
export interface Copies {
  readonly copies: readonly Copy[];
  readonly hasThree: boolean;
  readonly hasTwoKinds: boolean;
  readonly hasOneElsewhere: boolean;
}

/** Counts the copies of an account. What is old counts as a copy, and is said to be old. */
export function copiesOf({ rev, mirror, backup, folder, elsewhere }: CopiesFacts): Copies {
  const copies: Copy[] = [{ place: 'browser', isCurrent: true }];
  if (mirror?.confirmed !== undefined) copies.push({ place: 'mirror', name: mirror.host, time: mirror.confirmed, isCurrent: mirror.isCurrent });
  if (backup !== undefined) {
    const { time, bytes, name } = backup;
    copies.push({ place: 'file', time, isCurrent: backup.rev === rev, ...(bytes !== undefined && { bytes }), ...(name !== undefined && { name }) });
  }
  const last = folder?.written.at(-1);
  if (folder !== undefined && last !== undefined) {
    copies.push({ place: 'folder', name: folder.name, count: folder.written.length, time: last.time, bytes: last.bytes, isCurrent: last.rev === rev });
  }
  return {
    copies, hasThree: copies.length >= 3, hasTwoKinds: copies.length >= 2,
    hasOneElsewhere: copies.some(({ place, name }) => place === 'mirror' && !isHere(name ?? '')) || (elsewhere !== undefined && copies.some(({ place }) => place === 'file' || place === 'folder')),
  };
}

/** Whether a mirror runs on this device. */
const isHere = (host: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(host);
