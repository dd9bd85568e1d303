// `npm run bench -- --browser`: engine, store and server of a house inside the service workers of Chromium and Firefox, with
// the limits of the same browser in the same run. `--quick` leaves out more than 10,000 records.
import { loadavg } from 'node:os';
import { Generator } from '../generator.ts';
import { DID, makeCar } from '../holdfast.ts';
import { machineLimits } from '../machine.ts';
import { percentile } from '../street/percentile.ts';
import { BenchPage, buildBenchWorker } from './bench-page.ts';
import type { BrowserName } from './bench-page.ts';
import { engineTimes } from './engine-times.ts';

const quick = process.argv.includes('--quick');
const sizes = quick ? [10_000] : [10_000, 100_000, 300_000];
const MIDDLE = quick ? 10_000 : 100_000;

const median = (values: readonly number[]): number => percentile(values, 50);
const ms = (value: number): string => `${value.toFixed(1)} ms`;
const say = (what: string, value: string): void => console.log(`  ${what.padEnd(58)}${value}`);

console.log('\nHoldfast inside a browser. Medians; in brackets the ratio that is meant.');
for (const limit of await machineLimits()) console.log(`  ${limit}`);
const worker = await buildBenchWorker();
const cars: Record<string, Uint8Array> = {};
for (const size of sizes) cars[`/${size}.car`] = await makeCar(new Generator(1).items(size));
const someRecord = new Generator(1).items(10)[9]!.path;
const inNode = await engineTimes(10_000);

for (const name of ['chromium', 'firefox'] as const) {
  const version = await measureImports(name);
  const page = await BenchPage.open(name, worker, cars);
  try {
    console.log(`\n${version}, load ${loadavg()[0]!.toFixed(1)}`);
    await measureEngine(page);
    await measureWrites(page);
  } finally {
    await page.close();
  }
}
process.exit(0);

async function measureEngine(page: BenchPage): Promise<void> {
  const told = await page.ask({ ask: 'engine', records: 10_000 });
  for (const [action, times] of Object.entries(told)) {
    const ratio = median(times) / median(inNode[action]!);
    say(`one ${action} on 10,000 records, in memory`, `${median(times).toFixed(0)} µs (${ratio.toFixed(1)} × Node)`);
  }
}

async function measureWrites(page: BenchPage): Promise<void> {
  await page.ask({ ask: 'import', car: '/10000.car' });
  await page.requests('create', DID, 30);
  const rowMs = median((await page.ask({ ask: 'transactions', count: 100 }))['ms']!);
  const empty = median(await page.requests('empty', DID, 200));
  const create = await page.requests('create', DID, 200);
  say('a request that the worker answers at once', ms(empty));
  say('a strict transaction of one row', ms(rowMs));
  say('createRecord by a fetch, p50', `${ms(median(create))} (${(median(create) / (empty + rowMs)).toFixed(2)} × both)`);
  say('createRecord by a fetch, p95', ms(percentile(create, 95)));
  const emptyAtOnce = median(await page.requests('empty', DID, 1_000, 50));
  const createAtOnce = median(await page.requests('create', DID, 1_000, 50));
  say('50 empty answers at once', `${(1000 / emptyAtOnce).toFixed(0)} a second`);
  say('50 createRecord at once', `${(1000 / createAtOnce).toFixed(0)} a second (${((100 * emptyAtOnce) / createAtOnce).toFixed(0)} % of them)`);
  const alone = median((await page.ask({ ask: 'writes', count: 100, together: 1 }))['ms']!);
  const together = median((await page.ask({ ask: 'writes', count: 1_000, together: 50 }))['ms']!);
  say('createRecord inside the worker, one after another', `${(1000 / alone).toFixed(0)} a second`);
  say('createRecord inside the worker, 50 at once', `${(1000 / together).toFixed(0)} a second (${(alone / together).toFixed(1)} ×)`);
}

/** A fresh browser for each size, so that memory begins alike. */
async function measureImports(name: BrowserName): Promise<string> {
  let version = '';
  for (const size of sizes) {
    const car = `/${size}.car`;
    const page = await BenchPage.open(name, worker, cars);
    try {
      version = page.version;
      console.log(`\n${version}, ${size.toLocaleString('en')} records, ${(cars[car]!.length / 1e6).toFixed(1)} MB, load ${loadavg()[0]!.toFixed(1)}`);
      const verify = (await page.ask({ ask: 'import', car, verifyOnly: true }))['ms']![0]!;
      let bring = 0;
      const memory = await page.memoryOf(async () => {
        [bring] = (await page.ask({ ask: 'import', car }))['ms'] as [number];
      });
      say('verified', `${(verify / 1000).toFixed(2)} s`);
      say('imported: verified and durable', `${(bring / 1000).toFixed(2)} s (${(bring / verify).toFixed(2)} × verified)`);
      say('… memory of the browser', `+${memory.toFixed(0)} MB`);
      let rate = 0;
      const exporting = await page.memoryOf(async () => {
        ({ rate } = await page.exported(DID));
      });
      say('exported through a fetch, every hash checked', `${rate.toFixed(1)} MB/s`);
      say('… memory of the browser', `+${exporting.toFixed(0)} MB`);
      await sayWhatItTakes(page, cars[car]!.length, 'after the import');
      if (size !== MIDDLE) continue;
      if (name === 'chromium') {
        say('first write after the worker was stopped', ms(median(await page.cold('create', DID, someRecord, 9))));
        say('first read after the worker was stopped', ms(median(await page.cold('read', DID, someRecord, 9))));
      }
      const { ms: edits, compaction } = await page.ask({ ask: 'edits', count: 10_000 });
      say('10,000 random edits, 100 to a commit', `${(edits![0]! / 1000).toFixed(1)} s; compaction ${(compaction![0]! / 1000).toFixed(1)} s`);
      await sayWhatItTakes(page, (await page.exported(DID)).bytes, 'after them');
    } finally {
      await page.close();
    }
  }
  return version;
}

async function sayWhatItTakes(page: BenchPage, carBytes: number, when: string): Promise<void> {
  const { blocks, history, estimate } = await page.ask({ ask: 'size' });
  say(`stored ${when}`, `${(blocks![0]! / carBytes).toFixed(2)} × the CAR; history ${mb(history![0]!)}, the browser says ${mb(estimate![0]!)}`);
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
