import { damageCases } from '../../support/idb-damage-cases.ts';
import { inHouse } from '../house-store-support.ts';

describe('bits that were turned over in IndexedDB', () => {
  for (const { name, run } of damageCases) it(name, () => inHouse(run));
});
