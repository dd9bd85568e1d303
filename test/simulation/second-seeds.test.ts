import { testSeeds } from './seed-tests.ts';

testSeeds(401, 400);
