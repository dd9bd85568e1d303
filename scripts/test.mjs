// `npm test`: every layer, then one closing line of counts. `node scripts/test.mjs <layer>…` runs those named.
import { runLayers } from './lib/layers.mjs';

/** One after the other; those in a line side by side, where neither minds a machine that is busy. */
const GROUPS = [
  ['lint', 'types', 'dead-code'], ['unit', 'contract'], ['engine', 'simulation'], ['street', 'faults'], ['structure', 'conformance'], ['browser'],
  ['e2e'], ['accessibility'], ['budgets'],
];
const LAYERS = GROUPS.flat();

const named = process.argv.slice(2);
const unknown = named.filter((layer) => !LAYERS.includes(layer));
if (unknown.length > 0) {
  console.error(`There is no layer ${unknown.join(', ')}. The layers are: ${LAYERS.join(', ')}.`);
  process.exit(1);
}

process.exit(await runLayers(named.length > 0 ? named.map((layer) => [layer]) : GROUPS));
