import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runsNothing } from './content-policy.ts';

describe('a policy by which browsers run nothing', () => {
  for (const header of [
    "default-src 'none'; sandbox", "Default-Src 'NONE' ;  SANDBOX", "sandbox;default-src 'none';", "default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; sandbox allow-downloads",
    "default-src 'none', sandbox", "default-src *, default-src 'none'; sandbox", "default-src 'none'; sandbox; default-src *",
  ]) it(`is ${header}`, () => assert.equal(runsNothing(header), true));

  for (const header of [
    '', "default-src 'none'", 'sandbox', "default-src 'none' https:; sandbox", "default-src *; default-src 'none'; sandbox", "default-src 'none'; script-src *; sandbox",
    "default-src 'none'; script-src-elem 'self'; sandbox", "default-src 'none'; sandbox allow-scripts", "default-src 'none'; sandbox allow-same-origin", "x-default-src 'none'; no-sandbox",
  ]) it(`is not ${header}`, () => assert.equal(runsNothing(header), false));
});
