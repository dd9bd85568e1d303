// "Check my house" as a job: what the page hears, what the row says, and that it can be ended at any time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../pds/index.ts';
import { installFakeDatabase } from '../../../test/support/fake-database.ts';
import { BLOB_REF, blocksOf, DID, furnish, isAsBefore, rewriting, turnBlock } from '../../../test/support/idb-damage.ts';
import { pathOf } from '../../testing/index.ts';
import { runJob } from '../run-job.ts';
import { piecesPlace } from '../save-place.ts';
import type { CheckResult, MendResult } from './finding.ts';
import type { LongJob, LongJobMessage } from '../messages.ts';
import { HouseInspection, openHouse } from '../../storage/idb/index.ts';

installFakeDatabase();

interface Ran {
  readonly last: LongJobMessage;
  readonly phases: readonly string[];
  readonly told: readonly string[];
  readonly row: string;
}

/** Runs a job in a house; `endAt` ends it at that phase, `meanwhile` is done once the records were verified. */
async function run(name: string, job: LongJob, { endAt, meanwhile }: { readonly endAt?: string; readonly meanwhile?: () => Promise<void> } = {}): Promise<Ran> {
  const { store, blobs, jobs, close } = await openHouse(name);
  const messages: LongJobMessage[] = [];
  const told: string[] = [];
  const ending = new AbortController();
  const house = {
    store, blobs, jobs, fetch: async () => Promise.reject(new TypeError('fetch failed')), settings: async () => DEFAULT_SETTINGS, now: Date.now,
    tell: (type: string, did = '') => void told.push(`${type}${did}`), inspect: () => inspecting(name, meanwhile), ownPlace: async () => piecesPlace(),
  };
  await runJob(job, house, ending.signal, (message) => {
    messages.push(message);
    if (message.type === 'progress' && message.progress.phase === endAt) ending.abort();
  });
  const row = (await jobs.list()).find(({ id }) => id === job.id);
  await close();
  const phases = [...new Set(messages.flatMap((message) => (message.type === 'progress' ? [message.progress.phase] : [])))];
  return { last: messages.at(-1)!, phases, told, row: `${row?.kind} ${row?.state} ${row?.result?.records}` };
}

async function inspecting(name: string, meanwhile: () => Promise<void> = async () => undefined): Promise<HouseInspection> {
  const inspection = await HouseInspection.open(name);
  const references = inspection.references.bind(inspection);
  return Object.assign(inspection, { references: async (did: string) => meanwhile().then(() => references(did)) });
}

test('a check says how far it is, and its row what it came to', async () => {
  await furnish('checked');
  const { last, phases, row } = await run('checked', { job: 'check', id: 'a' });
  assert.deepEqual(phases, ['rows', 'verifying', 'blobs']);
  assert.equal(row, 'check done 63');
  assert.deepEqual(last.type === 'done' && (last.result as CheckResult).accounts.map(({ did, findings }) => [did, findings.length]), [[DID, 0]]);
});

test('a check that is cancelled in any phase ends, and has changed nothing', async () => {
  const before = await furnish('cancelled');
  for (const phase of ['rows', 'verifying', 'blobs']) {
    const { last, row } = await run('cancelled', { job: 'check', id: phase }, { endAt: phase });
    assert.equal(last.type, phase === 'blobs' ? 'done' : 'cancelled');
    assert.match(row, phase === 'blobs' ? /^check done/ : /^check cancelled/);
  }
  await isAsBefore('cancelled', before);
});

test('what is written while a check reads is no damage: a reference that came, and one that went', async () => {
  await furnish('busy');
  let changes = 0;
  const meanwhile = async (): Promise<void> => {
    if (changes++ > 0) return;
    await rewriting('busy', 'with-blob', {});
    await rewriting('busy', 'later-1', { blob: BLOB_REF });
  };
  const { last } = await run('busy', { job: 'check', id: 'e' }, { meanwhile });
  assert.deepEqual(last.type === 'done' && (last.result as CheckResult).accounts.map(({ findings }) => findings), [[]]);
  assert.equal(changes, 1);
});

test('a mending tells whose rows are others now; one that is cancelled leaves what was right', async () => {
  const before = await furnish('mended');
  const car = new Blob([before.car]);
  await turnBlock('mended', blocksOf(before.car).records.get(pathOf(3))!, 44, 0x55);
  const ended = await run('mended', { job: 'mend', id: 'b', car }, { endAt: 'fetching' });
  assert.equal(ended.last.type, 'cancelled');
  assert.deepEqual(ended.told.filter((word) => word !== 'jobs'), []);
  const { last, told, row } = await run('mended', { job: 'mend', id: 'c', car });
  assert.deepEqual(last.type === 'done' && (last.result as MendResult).brought, 1);
  assert.deepEqual([...new Set(told)].sort(), ['accounts', 'jobs', `mended${DID}`]);
  assert.match(row, /^mend done 63/);
  await isAsBefore('mended', before);
});

test('a file that is no repository is refused with words that say what is safe', async () => {
  const before = await furnish('refused');
  await turnBlock('refused', blocksOf(before.car).records.get(pathOf(3))!, 44, 0x55);
  const { last } = await run('refused', { job: 'mend', id: 'd', car: new Blob(['nonsense']) });
  assert.match(last.type === 'failed' ? last.error.message : '', /^What is right in this house was not touched\. The file is no saved repository/);
});
