import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { Turns } from './turns.ts';

/** Work that notes when it begins and ends, and ends when it is told. */
class Noted {
  readonly notes: string[] = [];
  readonly #gates = new Map<string, PromiseWithResolvers<void>>();

  async step(name: string): Promise<string> {
    this.notes.push(name);
    const gate = Promise.withResolvers<void>();
    this.#gates.set(name, gate);
    await gate.promise;
    return name;
  }

  async end(name: string, fault?: Error): Promise<void> {
    const gate = this.#gates.get(name)!;
    if (fault === undefined) gate.resolve();
    else gate.reject(fault);
    for (let turn = 0; turn < 3; turn++) await setImmediate();
  }
}

function overlap(turns: Turns, noted: Noted, name: string): Promise<string> {
  return turns.overlap('a', async () => {
    await noted.step(`${name} begins`);
    return () => noted.step(`${name} goes on`);
  });
}

test('whole turns come one after another, whatever comes of them, and other names do not wait', async () => {
  const [turns, noted] = [new Turns(), new Noted()];
  const first = turns.take('a', () => noted.step('first'));
  const second = turns.take('a', () => noted.step('second'));
  void turns.take('b', () => noted.step('other'));
  await setImmediate();
  assert.deepEqual(noted.notes, ['first', 'other']);
  await Promise.all([assert.rejects(first, { message: 'failed' }), noted.end('first', new Error('failed'))]);
  assert.deepEqual(noted.notes, ['first', 'other', 'second']);
  await noted.end('second');
  assert.equal(await second, 'second');
});

test('what overlaps begins one after another and goes on side by side; a whole turn waits for all of it, and is waited for', async () => {
  const [turns, noted] = [new Turns(), new Noted()];
  const first = overlap(turns, noted, 'one');
  void overlap(turns, noted, 'two');
  void turns.take('a', () => noted.step('whole'));
  void overlap(turns, noted, 'three');
  await setImmediate();
  assert.deepEqual(noted.notes.splice(0), ['one begins']);
  await noted.end('one begins');
  assert.deepEqual(noted.notes.splice(0), ['one goes on', 'two begins']);
  await noted.end('two begins');
  assert.deepEqual(noted.notes.splice(0), ['two goes on']);
  await noted.end('two goes on');
  assert.deepEqual(noted.notes.splice(0), []);
  await noted.end('one goes on');
  assert.equal(await first, 'one goes on');
  assert.deepEqual(noted.notes.splice(0), ['whole']);
  await noted.end('whole');
  assert.deepEqual(noted.notes.splice(0), ['three begins']);
});

test('what fails at its beginning lets the next begin', async () => {
  const [turns, noted] = [new Turns(), new Noted()];
  const first = overlap(turns, noted, 'one');
  void overlap(turns, noted, 'two');
  await setImmediate();
  await Promise.all([assert.rejects(first, { message: 'failed' }), noted.end('one begins', new Error('failed'))]);
  assert.deepEqual(noted.notes, ['one begins', 'two begins']);
});
