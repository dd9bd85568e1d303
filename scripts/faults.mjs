// `npm run faults [times]`: every fault so many times (10 by default), which kills a mirror 100 times as often, and one at every
// request that an operation makes of IndexedDB, each counted; `npm test` has one of each, and 50 kills of a mirror.
import { runLayers } from './lib/layers.mjs';

const [text = '10'] = process.argv.slice(2);
if (!/^[1-9]\d{0,4}$/.test(text)) {
  console.error(`How often each fault is to happen is a number from 1 to 99999, not ${JSON.stringify(text)}.`);
  process.exit(1);
}
process.env.HOLDFAST_FAULTS = text;
// The store of the mirror is killed by itself too.
process.env.HOLDFAST_KILLS = String(3 * Number(text));
process.exit(await runLayers([['faults'], ['browser-faults']]));
