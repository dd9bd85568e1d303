import { resolve } from 'node:path';
import { MirrorStoreError } from '../mirroring/index.ts';
import { makeBackup } from './safekeeping/backup.ts';
import type { OnProgress } from './safekeeping/faults.ts';
import { SafekeepingError } from './safekeeping/folder.ts';
import { restoreBackup } from './safekeeping/restore.ts';
import { verifyMirror } from './safekeeping/verify.ts';
import type { Verified } from './safekeeping/verify.ts';
import { printable } from './settings.ts';
import type { MirrorSettings } from './settings.ts';

/** What a command has to say, and to whom. */
export interface Teller {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

const USAGE = `npm run mirror                          runs it, until it is stopped
npm run mirror -- --print-config        says how it would run, without secrets
npm run mirror -- verify [FOLDER]       looks at every account, blob and event, of the mirror or of a backup
npm run mirror -- backup FOLDER         copies the mirror into a new folder, while it runs or not
npm run mirror -- restore FOLDER        puts a backup where the mirror is; --replace keeps beside what is there,
                                        --damaged takes a backup with something wrong in it`;

/** Who waits hears how far it is. */
const EVERY_MS = 1_000;

/**
 * Does what the arguments say beside running a mirror.
 * @returns the exit code: 0, 1 where something is wrong or was not done, 2 where the arguments are
 */
export async function runCommand(args: readonly string[], settings: MirrorSettings, version: string, teller: Teller): Promise<number> {
  const { folder } = settings;
  if (args.length === 1 && args[0] === '--print-config') {
    teller.say(JSON.stringify(printable(settings), undefined, 2));
    return 0;
  }
  const options = args.filter((arg) => arg.startsWith('--'));
  const [command, place, ...more] = args.filter((arg) => !arg.startsWith('--'));
  const known = command === 'restore' ? ['--replace', '--damaged'] : [];
  const isRight = more.length === 0 && options.every((option) => known.includes(option)) && (command === 'verify' || place !== undefined);
  const onProgress = progressTo(teller);
  try {
    if (isRight && command === 'verify') return told(await verifyMirror(place ?? folder, onProgress), 'Verified', teller);
    if (isRight && command === 'backup') {
      const to = resolve(place!);
      return told(await makeBackup({ from: folder, to, version, onProgress }), `The backup is in ${to}`, teller);
    }
    if (isRight && command === 'restore') {
      const restored = await restoreBackup({
        from: place!, to: resolve(folder), replace: options.includes('--replace'), takeDamaged: options.includes('--damaged'), onProgress,
      });
      if (restored.before !== undefined) teller.say(`What was there before is in ${restored.before}`);
      return told(restored, `The mirror is in ${resolve(folder)}`, teller);
    }
  } catch (error) {
    if (!(error instanceof SafekeepingError || error instanceof MirrorStoreError)) throw error;
    teller.complain(error.message);
    return 1;
  }
  teller.complain(USAGE);
  return 2;
}

function told({ accounts, blobs, lastSeq, faults }: Verified, done: string, { say, complain }: Teller): number {
  for (const { did, message } of faults) complain(`${did === undefined ? '' : `${did}: `}${message}`);
  say(`${done}: ${accounts} accounts, ${blobs} blobs, events up to ${lastSeq}; ${faults.length === 0 ? 'all of it is right' : `${faults.length} things are wrong, as said above`}`);
  return faults.length === 0 ? 0 : 1;
}

function progressTo({ complain }: Teller): OnProgress {
  let told = performance.now();
  return ({ what, done, of }) => {
    if (performance.now() - told < EVERY_MS) return;
    told = performance.now();
    complain(`${done}${of === undefined ? '' : ` of ${of}`} ${what}`);
  };
}
