import { ask } from './ask.ts';
import type { KeyUse } from './key-types.ts';

export type { KeyUse } from './key-types.ts';

/** What the keys of an account were used for, newest first. Rejects with `JobFailure`, as the others. */
export function readUses(did: string): Promise<readonly KeyUse[]> {
  return ask('keys', { did, what: 'uses' });
}
