// Each vector of test/vectors/refused is refused for its one reason, and each neighbour is accepted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { RepoError } from '../../src/repo/index.ts';
import { assertCount } from '../vectors/counts.ts';
import { readCase, readIndex } from '../vectors/refused/index-file.ts';
import type { IndexEntry } from '../vectors/refused/index-file.ts';
import { referenceAccepts, verify } from '../vectors/refused/verdict.ts';

const { vectors } = readIndex();

/** What is wrong with how a vector was read; `undefined` when nothing is. */
async function complaint(entry: IndexEntry): Promise<string | undefined> {
  const { code, details, at } = entry;
  try {
    await verify(readCase(entry));
    return code === null ? undefined : `accepted, wanted ${code}`;
  } catch (error) {
    if (!(error instanceof RepoError)) return `threw ${String(error)}`;
    if (error.code !== code) return `${error.code}, wanted ${code ?? 'to be accepted'}`;
    const named = Object.keys(error.details).toSorted().join(' ');
    if (named !== details.toSorted().join(' ')) return `names ${named}, wanted ${details.join(' ')}`;
    const [wrong] = Object.entries(at).filter(([name, value]) => error.details[name] !== value);
    return wrong === undefined ? undefined : `${wrong[0]} is ${String(error.details[wrong[0]])}, wanted ${wrong[1]}`;
  }
}

async function check(t: TestContext, suite: string, entries: readonly IndexEntry[]): Promise<void> {
  const complaints: string[] = [];
  for (const entry of entries) {
    const found = await complaint(entry);
    if (found !== undefined) complaints.push(`${entry.name}: ${found}`);
  }
  assert.deepEqual(complaints, []);
  assertCount(t, suite, entries.length);
}

for (const kind of ['repository', 'commit', 'diff', 'proof'] as const) {
  test(`refuses every malformed ${kind} for its one reason`, (t) =>
    check(t, `refused ${kind}`, vectors.filter((entry) => entry.kind === kind && entry.code !== null)));
}

test('accepts the neighbours of what it refuses',
  (t) => check(t, 'accepted neighbours', vectors.filter(({ code }) => code === null)));

test('says of the reference what the reference does', async (t) => {
  const untrue: string[] = [];
  for (const entry of vectors) {
    if ((await referenceAccepts(readCase(entry))) !== entry.acceptedByReference) untrue.push(entry.name);
  }
  assert.deepEqual(untrue, []);
  // A neighbour that the reference refuses would not show that its vector has one fault only.
  assert.deepEqual(vectors.filter(({ code, acceptedByReference }) => code === null && !acceptedByReference), []);
  assertCount(t, 'refused, but accepted by the reference',
    vectors.filter(({ code, acceptedByReference }) => code !== null && acceptedByReference).length);
});

test('each vector has a name of its own and a sentence', () => {
  const seen = new Set<string>();
  assert.deepEqual(vectors.filter(({ name, why }) => !why.endsWith('.') || seen.size === seen.add(name).size), []);
});
