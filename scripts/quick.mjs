// `npm run quick`: the quick layers, for while one works.
import { runLayers } from './lib/layers.mjs';

// Those of a group run side by side, and each takes about one core.
process.exit(await runLayers([['lint', 'types', 'dead-code'], ['unit'], ['structure']]));
