// `npm test`: every layer, then one closing line of counts. `node scripts/test.mjs <layer>…` runs those named.
import { runLayers } from './lib/layers.mjs';

const LAYERS = [
  'lint', 'types', 'dead-code', 'unit', 'contract', 'engine', 'street', 'simulation', 'faults', 'structure', 'browser', 'e2e', 'accessibility', 'budgets',
];

const named = process.argv.slice(2);
const unknown = named.filter((layer) => !LAYERS.includes(layer));
if (unknown.length > 0) {
  console.error(`There is no layer ${unknown.join(', ')}. The layers are: ${LAYERS.join(', ')}.`);
  process.exit(1);
}

process.exit(await runLayers((named.length > 0 ? named : LAYERS).map((layer) => [layer])));
