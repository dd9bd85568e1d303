import { dataOf, plcChanges } from '../../identity/index.ts';
import type { PlcData, PlcLog } from '../../identity/index.ts';

/** What is known of who did it. */
export interface Doers {
  /** CIDs of operations that are the owner's, as this house knows. */
  readonly own: ReadonlySet<string>;
  /** CIDs of operations that a house of the account has claimed, by the word of the mirror. */
  readonly claimed: ReadonlySet<string>;
  readonly houseKey: string | undefined;
}

/**
 * CIDs of operations that another house of the owner did. The word of a mirror alone is never enough: the operation is signed by a
 * key that had the right to before it, below the kit's, and not by this house's own; and it changes names only. Who has the key of a
 * stolen house could claim as well: whatever touches a key or the mirror is put to the owner.
 */
export function ofOtherHouses(log: PlcLog, { own, claimed, houseKey }: Doers): readonly string[] {
  const data = new Map<string, PlcData | undefined>(log.entries.map(({ cid, operation }) => [cid.toString(), dataOf(operation)]));
  return log.entries.filter(({ cid, operation, signer, nullified }) => {
    const before = operation.prev === null ? undefined : data.get(operation.prev);
    if (nullified || before === undefined || own.has(cid.toString()) || !claimed.has(cid.toString())) return false;
    const isOfHouse = signer > 0 && before.rotationKeys[signer] !== houseKey;
    return isOfHouse && plcChanges(before, dataOf(operation)).every(({ what }) => what === 'handle' || what === 'name');
  }).map(({ cid }) => cid.toString());
}
