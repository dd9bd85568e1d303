import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { StandbyCalls } from './standby-calls.ts';
import type { HouseCalls } from './house-calls.ts';

const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';

/** A house with one account, whose standbys are so; what it was asked, and a clock. */
function house(context: TestContext, states: () => readonly string[] | undefined) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const asked: string[] = [];
  const mirror = () => ({ standbys: states()?.map((state) => ({ state })) });
  const calls = {
    get: async (nsid: string) => {
      asked.push(nsid.split('.').at(-1)!);
      return nsid.endsWith('account.list') ? { accounts: [{ did: DID }] } : { mirror: mirror() };
    },
    post: async (nsid: string) => {
      asked.push(nsid.split('.').at(-1)!);
      return { mirror: mirror() };
    },
  } as unknown as HouseCalls;
  const standbys = new StandbyCalls(calls);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return {
    standbys,
    /** What was asked within so many milliseconds. */
    async within(ms: number): Promise<readonly string[]> {
      await settle();
      context.mock.timers.tick(ms);
      await settle();
      return asked.splice(0);
    },
  };
}

test('an account without standbys is looked at once, and never asked for until its mirrors change', async (context) => {
  let hasStandby = false;
  const { standbys, within } = house(context, () => (hasStandby ? ['same'] : undefined));
  standbys.hear({ type: 'hello' });
  assert.deepEqual(await within(1_000), ['list', 'describe']);
  for (let time = 0; time < 5; time++) standbys.hear({ type: 'mirrors', did: DID, only: 'receipt' });
  assert.deepEqual(await within(3_600_000), []);
  hasStandby = true;
  standbys.hear({ type: 'mirrors', did: DID });
  assert.deepEqual(await within(1_000), ['describe', 'askStandbys']);
});

test('receipts are gathered for a second, and what was asked for tells of itself without end', async (context) => {
  const { standbys, within } = house(context, () => ['same', 'same']);
  for (let time = 0; time < 50; time++) standbys.hear({ type: 'mirrors', did: DID, only: 'receipt' });
  assert.deepEqual(await within(999), []);
  assert.deepEqual(await within(1), ['describe', 'askStandbys']);
  standbys.hear({ type: 'mirrors', did: DID, only: 'standbys' });
  assert.deepEqual(await within(3_600_000), []);
});

test('one that is behind or silent is asked again, later and later, until it has all', async (context) => {
  let states = ['silent', 'same'];
  const { standbys, within } = house(context, () => states);
  standbys.hear({ type: 'mirrors', did: DID, only: 'receipt' });
  assert.deepEqual(await within(1_000), ['describe', 'askStandbys']);
  for (const pause of [5_000, 10_000, 20_000]) {
    assert.deepEqual(await within(pause - 1), []);
    assert.deepEqual(await within(1), ['describe', 'askStandbys']);
  }
  states = ['same', 'same'];
  assert.deepEqual(await within(40_000), ['describe', 'askStandbys']);
  assert.deepEqual(await within(3_600_000), []);
});

test('when it has ended nothing more is asked', async (context) => {
  const { standbys, within } = house(context, () => ['behind']);
  standbys.hear({ type: 'mirrors', did: DID, only: 'receipt' });
  await within(1_000);
  standbys.end();
  standbys.hear({ type: 'mirrors', did: DID, only: 'receipt' });
  assert.deepEqual(await within(3_600_000), []);
});
