import { houseCases } from '../support/idb-cases.ts';
import { packCases } from '../support/idb-pack-cases.ts';
import { inHouse } from './house-store-support.ts';

describe('a house in IndexedDB', () => {
  for (const { name, run } of houseCases) it(name, () => inHouse(run));
});

describe('packs in IndexedDB', () => {
  for (const { name, run } of packCases) it(name, () => inHouse(run));
});
