import { testSeeds } from './seed-tests.ts';

testSeeds(801, 800);
