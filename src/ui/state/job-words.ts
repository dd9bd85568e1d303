import { msg } from '../i18n.ts';
import type { JobProgress } from '../jobs/index.ts';
import type { JobKind, JobRun } from './job-runs.ts';

/** What a running job does, for the line above its bar. */
export function workWords(kind: string): string {
  if (kind === 'save' || kind === 'rescue') return msg('Saving a backup');
  if (kind === 'folder') return msg('Saving a backup into your folder');
  if (kind === 'compact') return msg('Compacting');
  if (kind === 'take' || kind === 'unpack') return msg('Bringing records back');
  if (kind === 'compare') return msg('Comparing a file');
  if (kind === 'check') return msg('Checking the house');
  if (kind === 'mend') return msg('Mending the house');
  return kind === 'restore' ? msg('Restoring an account') : msg('Testing a file');
}

/** What a job is doing at the moment. */
export function phaseWords(kind: JobKind, phase: JobProgress['phase'] | undefined): string {
  switch (phase) {
    case 'kit':
      return msg('Opening the kit');
    case 'reading':
      if (kind === 'save' || kind === 'folder') return msg('Reading the records');
      return kind === 'restore' ? msg('Reading and verifying the records') : msg('Reading and verifying the file');
    case 'writing':
      return kind === 'compact' ? msg('Writing the records closer together') : msg('Writing the file');
    case 'checking':
      return msg('Reading it back and verifying');
    case 'storing':
      return kind === 'take' ? msg('Writing the records') : msg('Moving in');
    case 'rows':
      return msg('Reading everything that is stored');
    case 'verifying':
      return msg('Verifying every record');
    case 'fetching':
      return msg('Looking in the copy for what is damaged');
    case 'packing':
      return msg('Putting the pictures in');
    case 'unpacking':
      return kind === 'restore' || kind === 'take' ? msg('Bringing the pictures back') : msg('Reading the pictures back and verifying');
    case 'second':
      return msg('The second verifier is reading it');
    case 'blobs':
      if (kind === 'check' || kind === 'mend') return msg('Looking at every picture');
      return msg('Fetching pictures from the mirror');
    case undefined:
      return msg('Starting');
  }
}

/** How a job ended, in a word or two; what stays on screen until it is dismissed. */
export function endWords(kind: string, state: JobRun['state'] | 'stopped'): string {
  if (kind === 'check' || kind === 'mend') return checkEndWords(kind, state);
  if (kind === 'take' || kind === 'unpack') return takeEndWords(state);
  if (kind === 'compare') return state === 'done' ? msg('The file was compared') : msg('The file could not be compared: nothing was changed');
  if (kind === 'rescue' || kind === 'folder') return endWords('save', state);
  if (kind === 'compact') return state === 'done' ? msg('Compacted') : msg('Not compacted: nothing was changed');
  if (state === 'stopped') {
    return kind === 'save' ? msg('A backup was stopped with its page: nothing was changed.') : msg('A restore was stopped with its page: the account is not here, or it is whole but for pictures. All else is as it was.');
  }
  if (state === 'done') {
    if (kind === 'save') return msg('Backup saved, read back and verified');
    return kind === 'restore' ? msg('Account restored') : msg('File tested');
  }
  if (state === 'cancelled') return msg('Cancelled: nothing was changed');
  if (kind === 'save') return msg('The backup was not saved');
  return kind === 'restore' ? msg('The account was not restored') : msg('The file did not pass the test');
}

function takeEndWords(state: JobRun['state'] | 'stopped'): string {
  if (state === 'done') return msg('Records were brought back');
  return state === 'stopped' ? msg('Bringing records back was stopped: what came so far stays') : msg('No record was brought back');
}

function checkEndWords(kind: 'check' | 'mend', state: JobRun['state'] | 'stopped'): string {
  if (state === 'done') return kind === 'check' ? msg('The house was checked') : msg('The house was mended as far as it can be');
  if (kind === 'mend' && state !== 'failed') return msg('Mending was stopped: what was put right so far stays so');
  if (state === 'cancelled') return msg('Cancelled: nothing was changed');
  return kind === 'check' ? msg('The house could not be checked') : msg('The house was not mended');
}
