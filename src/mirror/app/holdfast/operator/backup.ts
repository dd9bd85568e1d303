import { XrpcError } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';

/** So that no proxy takes the connection for dead while a large file is read. */
const ALIVE_MS = 10_000;

export const backup = defineOperatorMethod(lexicons.AppHoldfastOperatorBackup.mainSchema, async ({ host: { backups } }) => {
  if (backups.isRunning) throw new XrpcError(409, 'BackupRuns', 'A backup is being made already, or the mirror is stopping. Nothing was changed.');
  const encoder = new TextEncoder();
  let end = (): void => undefined;
  const lines = new ReadableStream<Uint8Array>({
    start(controller) {
      const line = (value: object): void => controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
      // Who goes away hears no more of it.
      const told = (value: object): void => {
        try {
          line(value);
        } catch {
          end();
        }
      };
      const alive = setInterval(() => told({}), ALIVE_MS);
      end = () => clearInterval(alive);
      const finish = (last: object): void => {
        end();
        told(last);
        try {
          controller.close();
        } catch {
          // Nobody reads it any more.
        }
      };
      backups.make(told).then(
        (made) => finish({ backup: made }),
        (error: unknown) => finish({ error: 'BackupFailed', message: (error as Error).message }),
      );
    },
    cancel: () => end(),
  });
  return new Response(lines, { headers: { 'content-type': 'application/jsonl' } });
});
