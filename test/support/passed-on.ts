import assert from 'node:assert/strict';
import type { EventLog } from '../../src/mirroring/index.ts';
import { breaches } from './frame-checker.ts';
import { identitiesFrom } from './identities-from.ts';

/** What scripted hosts leave out, a relay does not make up: an account that is told of, and a commit that is missing. */
const OF_HOSTS = ['A7', 'A15'];

/** Holds what a relay has passed on to the rules of consumers. @param host origin of the host that it reads */
export async function checkPassedOn(log: EventLog, host: string, directory: string): Promise<void> {
  const frames = (await log.read(0, { limit: 1_000, bytes: 1e9 })).map(({ frame }) => frame);
  const found = await breaches(frames, { host, isRelay: true, identityOf: identitiesFrom(directory) });
  assert.deepEqual(found.filter(({ rule }) => !OF_HOSTS.includes(rule)), []);
}
