// Many tabs at once, clocks that jump, other builds beside this one: one chain, and nothing that was acknowledged is lost.
import { openDB } from 'idb';
import { tidTime } from '../../../src/protocol/index.ts';
import { openHouse } from '../../../src/storage/idb/index.ts';
import { SCHEMA_VERSION } from '../../../src/storage/idb/schema.ts';
import { seeded } from '../../bench/generator.ts';
import { makeFirstHouse } from '../../support/idb-version-1.ts';
import { ok } from '../assert.ts';
import { deleteHouse, houseName } from '../house-store-support.ts';
import { readPlan, report } from './hurt.ts';
import { judge, same } from './judge.ts';
import { asking, DID, note, writing } from './operations.ts';
import { endTabs, keysIn, runTab } from './tab.ts';
import { copyHouse, makeTemplate, serverOf } from './template.ts';
import type { Template } from './template.ts';

const TABS = 8;

async function withHouse(shape: Parameters<typeof makeTemplate>[0], work: (name: string, template: Template) => Promise<void>): Promise<void> {
  const name = houseName();
  const template = await makeTemplate(shape, `${name}-template`);
  await template.copyTo(name);
  await work(name, template);
  await deleteHouse(name);
}

describe('a house in many places', () => {
  after(endTabs);
  it('eight tabs write at once and are ended again and again: one chain, each acknowledged write once', async function () {
    this.timeout(0);
    const { isAll, seed } = await readPlan();
    const writes = isAll ? 500 : 6;
    const random = seeded(seed);
    await withHouse('small', async (name, template) => {
      let ends = 0;
      const acknowledged: string[] = [];
      const tab = async (which: string): Promise<void> => {
        // As the client of a page does it: what was not answered is asked for again, with the same id.
        for (let next = 0; next < writes;) {
          const life = await runTab({ name, tab: which, from: next, to: writes }, 1 + Math.floor(random() * (isAll ? 60 : 4)));
          same(`refusals of ${which}`, life.refused.map(({ text }) => text).join(), '');
          acknowledged.push(...life.acknowledged.map((number) => `${which}-${number}`));
          next += life.acknowledged.length;
          if (life.end === 'ended') ends++;
        }
      };
      await Promise.all(Array.from({ length: TABS }, (_, index) => tab(`tab${index}`)));
      const found = await judge(name, template);
      same('records of tabs', keysIn(found.contents, 'tab').size, TABS * writes);
      same('acknowledged', new Set(acknowledged).size, TABS * writes);
      ok(ends >= TABS / 2, `only ${ends} tabs were ended`);
      await report({ operation: `eight tabs × ${writes} writes`, kind: 'ended at random', points: ends, planned: ends, fired: ends, acknowledged: acknowledged.length, refused: 0, unanswered: 0 });
    });
  });

  it('goes on above the last rev when the clock goes back an hour, is ten minutes ahead, or jumps', async function () {
    this.timeout(0);
    const { seed } = await readPlan();
    const random = seeded(seed + 3);
    await withHouse('small', async (name, template) => {
      const clock = { ahead: 0 };
      const house = await openHouse(name, { now: () => Date.now() + clock.ahead });
      const pds = serverOf(house, () => Date.now() + clock.ahead);
      const jumps = [0, -3_600_000, 0, 600_000, 0, ...Array.from({ length: 20 }, () => Math.floor((random() - 0.5) * 1_200_000)), 0];
      for (const [index, ahead] of jumps.entries()) {
        clock.ahead = ahead;
        const { status, text } = await asking(pds, `at-jump-${index}`, writing('createRecord', { rkey: `jump-${index}`, record: note(String(ahead)) }));
        same(text, status, 200);
      }
      const history = await house.store.history(DID, { limit: 1000 });
      const revs = history.slice(0, jumps.length).reverse().map(({ rev }) => rev);
      ok(revs.every((rev, index) => index === 0 || rev > revs[index - 1]!), 'a rev that does not grow');
      ok(tidTime(revs[3]!) / 1000 > Date.now() + 500_000, 'the clock was not ahead');
      await house.close();
      same('records', keysIn((await judge(name, template, Date.now() + 700_000)).contents, 'jump').size, jumps.length);
    });
  });

  it('waits for a tab with an older build, which loses nothing', async function () {
    this.timeout(0);
    const name = houseName();
    const { did } = await makeFirstHouse(name);
    // It is in the middle of a write when it hears that another wants a newer version.
    let heard = 0;
    const old = await openDB(name, 1, { blocking: () => heard++ });
    const transaction = old.transaction('jobs', 'readwrite');
    const opening = openHouse(name);
    for (let step = 0; step < 20; step++) await transaction.store.put({ id: `old-${step}`, state: 'done', startedAt: '2026-01-01T00:00:00.000Z' }, `old-${step}`);
    await transaction.done;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    same('how often the older build was told', heard, 1);
    old.close();
    const house = await opening;
    same('what the older build wrote', (await house.jobs.list()).length, 20);
    same('accounts', (await house.store.accounts()).map((account) => account.did).join(), did);
    await house.close();
    await judge(name, { did, base: undefined, secret: new Uint8Array(32).fill(99) });
    await deleteHouse(name);
  });

  it('gives way to a newer build in the middle of its writes, and refuses to write after it', async function () {
    this.timeout(0);
    await withHouse('small', async (name, template) => {
      const writing = ['a', 'b'].map((tab) => runTab({ name, tab, from: 0, to: 100 }));
      await runTab({ name, tab: 'c', from: 0, to: 3 });
      const newer = await openDB(name, SCHEMA_VERSION + 1);
      const lives = await Promise.all(writing);
      newer.close();
      const copy = houseName();
      await copyHouse(name, copy);
      const there = keysIn((await judge(copy, template)).contents, '');
      for (const [index, { acknowledged, refused }] of lives.entries()) {
        const tab = index === 0 ? 'a' : 'b';
        for (const number of acknowledged) ok(there.has(`${tab}-${number}`), `${tab}-${number} was acknowledged and is gone`);
        for (const { number, text } of refused) {
          ok(text.includes('StoreNewer'), text);
          ok(!there.has(`${tab}-${number}`), `${tab}-${number} was refused and is there`);
        }
      }
      ok(lives.some(({ refused }) => refused.length > 0), 'every write came before the newer build');
      await deleteHouse(copy);
    });
  });
});
