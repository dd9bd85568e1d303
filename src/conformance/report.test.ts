import assert from 'node:assert/strict';
import { it } from 'node:test';
import { shown } from './check.ts';
import { tableOf } from './report.ts';
import type { Result } from './run-in-order.ts';

const result = (more: Partial<Result>): Result => ({ id: 'server.a', group: 'server', title: 'It is there', why: 'https://spec.example', outcome: 'passed', says: 'here', ...more });

it('a table tells by group what was seen, what is wrong and why, and what was not seen', () => {
  const table = tableOf([
    result({}), result({ id: 'live.b', group: 'live', outcome: 'not seen', says: 'nothing happened' }), result({ id: 'blobs.c', group: 'blobs', outcome: 'failed', says: 'It is gone', code: 'Missing' }),
  ]);
  assert.deepEqual(table.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  ')), [
    'The server', '  ok  It is there  here', '', 'Blobs', '  WRONG It is there', '  It is gone (Missing)', '  blobs.c: https://spec.example', '',
    'What happened meanwhile', '  -  It is there  nothing happened', '', '1 passed, 1 failed, 1 not seen',
  ]);
});

it('what a server says is shown in one line, cut off, and moves no cursor', () => {
  assert.equal(shown('a\u001b[2Jb\nc\u202ed'), 'a [2Jb c d');
  assert.equal(shown('x'.repeat(200)), `${'x'.repeat(120)}…`);
  assert.equal(shown({ error: 'No' }), '{"error":"No"}');
  assert.equal(shown(undefined), 'nothing');
});
