// The mirror as the bench starts it: `node mirror-child.ts '<settings as JSON>'`. Asked over the channel between the
// processes, it says when commits came, were stored, and told.
import { collectByNeed, startMirror } from '../../../src/mirror/index.ts';
import type { MirrorSettings } from '../../../src/mirror/index.ts';
import { clockSkew, nowMs } from './clock.ts';

collectByNeed();
const times: Record<string, number[]> = { received: [], told: [] };
const mirror = await startMirror(JSON.parse(process.argv[2]!) as MirrorSettings, {
  log: () => undefined,
  onPoint: (point) => times[point]?.push(nowMs()),
});
const skew = clockSkew();
process.on('message', () => process.send!(Object.fromEntries(Object.entries(times).map(([point, all]) => [point, all.map((time) => time - skew)]))));
process.once('SIGTERM', () => void mirror.close().then(() => process.exit(0)));
process.once('disconnect', () => process.exit(0));
console.log(JSON.stringify({ url: mirror.url, did: mirror.did }));
