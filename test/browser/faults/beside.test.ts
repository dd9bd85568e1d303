// Compaction while one writes, two read for long and an account is brought in: stopped, or its connection lost, at every point.
import { openHouse } from '../../../src/storage/idb/index.ts';
import { seeded } from '../../bench/generator.ts';
import { ok } from '../assert.ts';
import { deleteHouse, houseName } from '../house-store-support.ts';
import { readPlan, report } from './hurt.ts';
import { judge, same } from './judge.ts';
import { longReading } from './long-reading.ts';
import { makeFiles } from './restorable-files.ts';
import type { Files } from './restored.ts';
import { endTabs, keysIn, runTab } from './tab.ts';
import type { TabLife } from './tab.ts';
import { makeTemplate } from './template.ts';
import type { Template } from './template.ts';

const KINDS = ['stopped', 'lost'] as const;
type Kind = (typeof KINDS)[number];

const NAME = 'compaction beside writer, readers, import';
/** What goes on at once has not the same points every time: so often is one tried that was over before it came to its point. */
const TRIES = 5;
/** So many points in a row that none of these came to are the end. */
const PAST = 3;
/** What comes after so many is no news. */
const MOST_WRONG = 8;

describe('compaction beside a writer, two long readers and an import', () => {
  after(endTabs);
  for (const kind of KINDS) {
    it(`${kind} at every point: nothing is lost, nothing is there twice`, async function () {
      this.timeout(0);
      const plan = await readPlan();
      const own = plan.wanted?.filter((one) => one.operation === NAME.split(' ')[0] && (one.kind ?? kind) === kind);
      if (own?.length === 0) return;
      const race = await Race.begin();
      const some = own?.flatMap(({ at }) => at ?? []) ?? [];
      if (!plan.isAll && some.length === 0) some.push(1 + Math.floor(seeded(plan.seed + 7)() * race.points[kind] * 0.9));
      same('what went wrong', (await race.hurt(kind, some)).join('\n'), '');
    });
  }
});

/** One after the other, each in a fresh copy of the house. */
class Race {
  readonly points: Readonly<Record<Kind, number>>;
  readonly #template: Template;
  readonly #files: Files;
  /** What is there at the end, but for what the tab wrote. */
  readonly #contents: string;
  /** The same without the account that is brought in. */
  readonly #without: string;
  readonly #blocks: number;

  private constructor(template: Template, files: Files, points: Race['points'], contents: string, without: string, blocks: number) {
    this.#template = template;
    this.#files = files;
    this.points = points;
    this.#contents = contents;
    this.#without = without;
    this.#blocks = blocks;
  }

  /** Does it with nothing in its way, and counts the points. */
  static async begin(): Promise<Race> {
    const name = houseName();
    const template = await makeTemplate('due to compact', `${name}-template`);
    const files = await makeFiles();
    await template.copyTo(name);
    const { contents: without } = await judge(name, template);
    const house = await openHouse(name);
    const blocks = await longReading(house);
    await house.close();
    const life = await runTab({ name, tab: 'beside', from: 0, to: 3, beside: { files } });
    same('what went on beside it', life.beside?.join(), `"done",${blocks},{"status":200,"text":""}`);
    const { contents } = await judge(name, template);
    await deleteHouse(name);
    return new Race(template, files, life.points!, besidesTab(contents), without, blocks);
  }

  /** Lets the fault happen at these points, or at every one. @returns what went wrong */
  async hurt(kind: Kind, some: readonly number[]): Promise<string[]> {
    const wrong: string[] = [];
    const during = { compaction: 0, reading: 0, import: 0 };
    const row = { operation: NAME, kind, planned: 0, fired: 0, past: 0, acknowledged: 0, refused: 0, unanswered: 0 };
    let pastInARow = 0;
    for (let next = 0; pastInARow < PAST && wrong.length < MOST_WRONG && (some.length === 0 || next < some.length); next++) {
      const at = some[next] ?? next + 1;
      try {
        const { life, past } = await this.#tried(kind, at);
        row.past += past;
        pastInARow = life === undefined ? pastInARow + 1 : 0;
        if (life === undefined) continue;
        row.planned++;
        row.fired++;
        for (const deed of life.during!) during[deed]++;
        row.acknowledged += life.acknowledged.length;
        row.refused += life.refused.length;
      } catch (error) {
        row.planned++;
        wrong.push(`${NAME}, ${kind} at point ${at}: ${String((error as Error).message)}`);
      }
    }
    await report({ ...row, points: some.length === 0 ? row.planned : this.points[kind], during, wrong });
    if (row.fired === 0) wrong.push('no fault happened');
    if (some.length === 0 && row.fired < this.points[kind] / 2) wrong.push(`only ${row.fired} faults happened`);
    return wrong;
  }

  /** @returns the life that was hurt, if one was; and how many were over before, in which nothing was hurt and nothing is proved */
  async #tried(kind: Kind, at: number): Promise<{ readonly life?: TabLife; readonly past: number }> {
    for (let past = 0; past < TRIES; past++) {
      const life = await this.#once(kind, at);
      if (life.during !== undefined) return { life, past };
      ok(life.points![kind] < at, `nothing happened, of ${life.points![kind]} points`);
    }
    return { past: TRIES };
  }

  async #once(kind: Kind, at: number): Promise<TabLife> {
    const name = houseName();
    await this.#template.copyTo(name);
    const house = await openHouse(name);
    // Another who reads, in another place, while its packs are replaced.
    const [life, blocks] = await Promise.all([
      runTab({ name, tab: 'beside', from: 0, to: 3, beside: { files: this.#files, fault: { kind, at } } }),
      longReading(house),
    ]);
    await house.close();
    ok(blocks >= this.#blocks, `a long reader got ${blocks} blocks`);
    const { contents } = await judge(name, this.#template);
    const there = keysIn(contents, 'beside');
    for (const number of life.acknowledged) ok(there.has(`beside-${number}`), `write ${number} was acknowledged and is gone`);
    for (const { number, text } of life.refused) ok(!there.has(`beside-${number}`), `write ${number} was refused and is there: ${text}`);
    const rest = besidesTab(contents);
    ok(rest === this.#contents || (rest === this.#without && !life.beside?.[2]?.includes('200')), `other records than there were: ${rest.length}`);
    const most = Math.max(2, ...life.acknowledged, ...life.refused.map(({ number }) => number));
    const again = await runTab({ name, tab: 'beside', from: 0, to: most + 1, beside: { files: this.#files } });
    same('refusals afterwards', again.refused.map(({ text }) => text).join(), '');
    same('compaction afterwards', again.beside?.[0], '"done"');
    ok(/"status":200|AccountExists/.test(again.beside?.[2] ?? ''), `the import afterwards: ${again.beside?.[2]}`);
    const last = await judge(name, this.#template);
    same('what is there at last', besidesTab(last.contents), this.#contents);
    for (let number = 0; number <= most; number++) ok(keysIn(last.contents, 'beside').has(`beside-${number}`), `write ${number} is gone`);
    await deleteHouse(name);
    return life;
  }
}

/** All records but those that the tab wrote. */
function besidesTab(contents: string): string {
  const accounts = JSON.parse(contents) as [string, [string, string][]][];
  return JSON.stringify(accounts.map(([name, records]) => [name, records.filter(([path]) => !path.includes('/beside-'))]));
}
