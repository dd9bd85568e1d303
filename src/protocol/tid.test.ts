import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isTid } from './tid.ts';

const read = (name: string): string[] =>
  readFileSync(new URL(`../../test/vectors/atproto-interop-tests/syntax/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

for (const line of read('tid_syntax_valid.txt')) test(`accepts ${line}`, () => assert.ok(isTid(line)));
for (const line of read('tid_syntax_invalid.txt')) test(`refuses ${line}`, () => assert.ok(!isTid(line)));
