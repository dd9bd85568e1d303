import { verifyRepoCar } from '@atproto/repo';

/** What the second verifier has to agree to. */
export interface FirstVerdict {
  readonly did: string;
  /** `did:key`; left out, the signature is not looked at. */
  readonly key: string | undefined;
  readonly head: string;
  readonly records: number;
}

/** How the second verifier came out; `reason` is in its own words. */
export type SecondVerdict = { readonly says: 'accepted' } | { readonly says: 'refused'; readonly reason: string };

/**
 * Has @atproto/repo read a CAR that ours found right: other code, by other people. It holds all of it in memory, some 15 times
 * the size of the file. It cannot be stopped but with its worker.
 * @throws RangeError where there is no room
 */
export async function askSecond(car: Uint8Array, { did, key, head, records }: FirstVerdict): Promise<SecondVerdict> {
  try {
    const { commit, creates } = await verifyRepoCar(car, did, key);
    const found = `${creates.length} records, head ${commit.cid.toString()}`;
    return commit.cid.toString() === head && creates.length === records ? { says: 'accepted' } : { says: 'refused', reason: found };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return { says: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}
