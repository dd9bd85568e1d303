import { HouseInspection } from '../../storage/idb/index.ts';
import type { Inspection } from './inspection.ts';

/** Opens the rows of this house. @throws StoreError StoreNewer, StoreClosed */
export function openStoredHouse(): Promise<Inspection> {
  return HouseInspection.open();
}
