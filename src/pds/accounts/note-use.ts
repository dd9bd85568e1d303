import type { Did } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import type { KeyUse } from '../ports/key-use.ts';

/**
 * Notes that a key is used. A note that cannot be kept, on a full disk say, stops nothing: with the kit an identity is saved.
 */
export async function noteUse({ store, now }: Pick<House, 'store' | 'now'>, did: Did, use: KeyUse): Promise<void> {
  await store.noteUse(did, use, now()).catch(() => undefined);
}
