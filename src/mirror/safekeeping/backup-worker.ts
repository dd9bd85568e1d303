// Makes a backup on a thread of its own, so that the mirror answers meanwhile. The options come as data of the worker.
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from '../log.ts';
import { makeBackup, removeUnfinished } from './backup.ts';
import type { BackupOptions } from './backup.ts';
import type { FromWorker } from './backups.ts';

const EVERY_MS = 500;

const tell = (message: FromWorker): void => parentPort!.postMessage(message);
const options = workerData as Omit<BackupOptions, 'onProgress'>;
let told = performance.now();

try {
  await removeUnfinished(dirname(options.to));
  const verified = await makeBackup({
    ...options,
    onProgress(progress) {
      if (performance.now() - told < EVERY_MS) return;
      told = performance.now();
      tell({ progress });
    },
  });
  tell({ verified });
} catch (error) {
  tell({ failure: reasonOf(error) });
}
