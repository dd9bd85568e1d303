import { testSeeds } from './seed-tests.ts';

testSeeds(1_001, 1_000);
