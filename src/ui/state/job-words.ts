import { msg } from '../i18n.ts';
import type { JobProgress } from '../jobs/index.ts';
import type { JobKind, JobRun } from './job-runs.ts';

/** What a running job does, for the line above its bar. */
export function workWords(kind: string): string {
  if (kind === 'save') return msg('Saving a backup');
  return kind === 'restore' ? msg('Restoring an account') : msg('Testing a file');
}

/** What a job is doing at the moment. */
export function phaseWords(kind: JobKind, phase: JobProgress['phase'] | undefined): string {
  switch (phase) {
    case 'kit':
      return msg('Opening the kit');
    case 'reading':
      if (kind === 'save') return msg('Reading the records');
      return kind === 'restore' ? msg('Reading and verifying the records') : msg('Reading and verifying the file');
    case 'writing':
      return msg('Writing the file');
    case 'checking':
      return msg('Reading it back and verifying');
    case 'storing':
      return msg('Moving in');
    case 'blobs':
      return msg('Fetching pictures from the mirror');
    case undefined:
      return msg('Starting');
  }
}

/** How a job ended, in a word or two; what stays on screen until it is dismissed. */
export function endWords(kind: string, state: JobRun['state'] | 'stopped'): string {
  if (state === 'stopped') {
    return kind === 'save' ? msg('A backup was stopped with its page: nothing was changed.') : msg('A restore was stopped with its page: nothing was changed.');
  }
  if (state === 'done') {
    if (kind === 'save') return msg('Backup saved, read back and verified');
    return kind === 'restore' ? msg('Account restored') : msg('File tested');
  }
  if (state === 'cancelled') return msg('Cancelled: nothing was changed');
  if (kind === 'save') return msg('The backup was not saved');
  return kind === 'restore' ? msg('The account was not restored') : msg('The file did not pass the test');
}
