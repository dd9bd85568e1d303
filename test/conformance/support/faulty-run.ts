import assert from 'node:assert/strict';
import { runChecks } from '../../../src/conformance/index.ts';
import type { Result } from '../../../src/conformance/index.ts';
import type { Fault } from './fault.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import type { Wrong } from './faulty-proxy.ts';
import type { GoodServer } from './good-server.ts';

export const failed = (results: readonly Result[]): readonly Result[] => results.filter(({ outcome }) => outcome === 'failed');
/** For the message of a test. */
export const told = (results: readonly Result[]): string => results.map(({ id, code, says }) => `${id} ${code ?? ''}: ${says}`).join('\n');

/** What is said of a good server behind a proxy. @param whileChecked is called once the replay has been read */
export async function resultsFor({ mirror, did }: Pick<GoodServer, 'mirror' | 'did'>, wrong: Wrong, whileChecked?: () => Promise<void>): Promise<readonly Result[]> {
  const proxy = await FaultyProxy.start(mirror.url, mirror.directory.url, wrong);
  let written: Promise<void> | undefined;
  const onResult = ({ id }: Result): void => {
    if (id === 'firehose.open') written = whileChecked?.();
  };
  try {
    return await runChecks({ origin: proxy.origin, did, directory: `${proxy.origin}/directory`, waitMs: whileChecked === undefined ? 0 : 5_000, quietMs: 1_500, onResult });
  } finally {
    await written;
    await proxy.close();
  }
}

/** That is said, by its reason, and nothing else. */
export function assertFound({ found, code, also = [] }: Fault, all: readonly Result[]): void {
  const results = failed(all);
  assert.equal(results.find(({ id }) => id === found)?.code, code, told(results));
  assert.deepEqual(results.map(({ id }) => id).sort(), [found, ...also].sort(), told(results));
}
