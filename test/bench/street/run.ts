// `npm run bench -- --street`: a house, its mirror and what reads it, beside the reference PDS, in one run. `--quick` does
// less of everything.
import { collectByNeed } from '../../../src/mirror/index.ts';
import { machineLimits } from '../machine.ts';
import { line } from '../measure.ts';
import { measureComingBack } from './coming-back.ts';
import { loadNow, streetLimits } from './limits.ts';
import { startMirrorPeer } from './mirror-peer.ts';
import { measureWrites } from './page-rows.ts';
import { startReferencePeer } from './reference-peer.ts';
import { measureIdle } from './idle-rows.ts';
import { measureReads } from './read-rows.ts';
import { measureServers } from './server-rows.ts';

// Who listens is not to be what is measured.
collectByNeed();
const amounts = process.argv.includes('--quick')
  ? { writes: 50, commits: 400, records: 2_000, manyRecords: 5_000, subscribers: 100, news: 50, reads: 500, idle: 500 }
  : { writes: 200, commits: 2_000, records: 10_000, manyRecords: 100_000, subscribers: 100, news: 200, reads: 4_000, idle: 10_000 };

console.log('\nHoldfast on the street beside the reference PDS. In brackets: how many times better Holdfast is.');
console.log('They do not do the same: see test/bench/README.md.');
for (const limit of [...await machineLimits(), ...await streetLimits()]) console.log(`  ${limit}`);

const reference = await startReferencePeer();
try {
  const titles = ['Holdfast', reference.name].map((name) => name.padStart(22)).join('');
  const { commits, records, subscribers, news } = amounts;
  console.log(`\n${`${amounts.writes} writes in the page`.padEnd(44)}${titles}`);
  const { rows, way } = await measureWrites(reference, amounts.writes);
  for (const row of rows) console.log(line(row));
  console.log(`The way of one write of Holdfast, medians, ${loadNow()}:`);
  for (const step of way) console.log(`  ${step}`);

  console.log('\nA repository that comes back, alone: seconds, and how far memory rose above the beginning of each step');
  for (const step of await measureComingBack(records)) console.log(`  ${step}`);

  console.log(`\n${`${commits} commits, ${records} records`.padEnd(44)}${titles}`);
  const mirror = await startMirrorPeer();
  try {
    for (const row of await measureServers([mirror, reference], amounts)) console.log(line(row));
    console.log('\n64 clients in a process of their own');
    for (const row of await measureReads([mirror, reference], amounts.reads)) console.log(line(row));
  } finally {
    await mirror.close();
  }
  console.log('');
  for (const step of await measureIdle(amounts.idle, 10 * subscribers)) console.log(`  ${step}`);
  console.log(`${subscribers} subscribers, ${news} commits at once and ${news} one by one; ${loadNow()}`);
} finally {
  await reference.close();
}
process.exit(0);
