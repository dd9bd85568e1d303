// `npm run check -- https://host did-or-handle`: holds a server to the protocol, and says what came of it.
import { shown } from './check.ts';
import { findAccount } from './find-account.ts';
import { summaryOf, tableOf } from './report.ts';
import { runChecks } from './run.ts';
import type { Result } from './run-in-order.ts';
import { readSettings, UsageError, USAGE } from './settings.ts';

const { stdout } = process;
/** So long the first answer may take, in milliseconds. */
const FIRST_MS = 15_000;

/** On a terminal, so that a long run is seen to go on. */
function progress({ id }: Result): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${id}`);
}

/** Aborted by a signal that would end the process, with the exit code of that: what was written is taken out before. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    // A terminal and npm both send it; the second must not end the process while it takes out.
    process.on(signal, () => {
      if (!controller.signal.aborted) console.error('Stopping: what was written is taken out.');
      controller.abort(code);
    });
  }
  return controller.signal;
}

/** @throws UsageError where nobody answers at all; whatever is answered is for the checks */
async function mustBeThere(origin: string): Promise<void> {
  try {
    const { body } = await fetch(`${origin}/xrpc/com.atproto.server.describeServer`, { redirect: 'manual', signal: AbortSignal.timeout(FIRST_MS) });
    await body?.cancel();
  } catch (error) {
    const { cause = error } = error as Error;
    throw new UsageError(`There is no answer from ${origin}: ${shown((cause as Error).message)}. Nothing was checked.`);
  }
}

async function run(args: readonly string[]): Promise<number> {
  const { account, isJson, ...settings } = readSettings(args, process.env);
  await mustBeThere(settings.origin);
  const found = await findAccount(settings.origin, account);
  const signal = settings.password === undefined ? undefined : stopSignal();
  const results = await runChecks({ ...settings, ...found, onResult: progress, ...(signal !== undefined && { signal }) });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const { origin } = settings;
  const text = isJson
    ? JSON.stringify({ origin, did: found.did, summary: summaryOf(results), results }, null, 2)
    : `${origin}, ${found.did}\n\n${tableOf(results)}`;
  await new Promise((resolve) => {
    stdout.write(`${text}\n`, resolve);
  });
  // What still waits for an answer is not waited for.
  if (signal?.aborted === true) process.exit(signal.reason as number);
  return results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
