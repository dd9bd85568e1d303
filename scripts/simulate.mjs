// `npm run simulate -- --seeds N`: so many seeds (2,000 by default), from `--from` on (1). `--seed S`: one of them, told event by
// event. `--plant NAME`: with a known bug in it (test/simulation/plants.ts).
import { parseArgs } from 'node:util';
import { PLANTS } from '../test/simulation/plants.ts';
import { countsOf, inWords, neverFired, simulateSeeds } from '../test/simulation/seeds.ts';
import { simulate } from '../test/simulation/simulate.ts';

const { seeds, from, seed, plant } = read();

if (seed !== undefined) {
  const outcome = await simulate(number('seed', seed), { plant, isTraced: true });
  console.log(outcome.lines.join('\n'));
  console.log(outcome.violations.length === 0 ? `\nSeed ${seed} ends well.` : `\n${inWords(outcome)}`);
  process.exit(outcome.violations.length === 0 ? 0 : 1);
}

const sum = await simulateSeeds(number('from', from), number('seeds', seeds), { plant, onFailed: (outcome) => console.log(inWords(outcome)) });
console.log(countsOf(sum));
const missing = sum.runs < 500 ? [] : neverFired(sum);
if (missing.length > 0) console.log(`These never happened, so nothing is known of them: ${missing.join(', ')}.`);
console.log(`${sum.runs - sum.failed.length} passed, ${sum.failed.length} failed`);
process.exit(sum.failed.length > 0 || missing.length > 0 ? 1 : 0);

function read() {
  try {
    const text = (standard) => ({ type: 'string', ...(standard !== undefined && { default: standard }) });
    const { values } = parseArgs({ options: { seeds: text('2000'), from: text('1'), seed: text(), plant: text() } });
    if (values.plant !== undefined && !PLANTS.includes(values.plant)) stop(`There is no bug called ${values.plant} to plant. There are: ${PLANTS.join(', ')}.`);
    return values;
  } catch (error) {
    return stop(`${error.message} It takes --seeds N, --from N, --seed N and --plant NAME.`);
  }
}

function number(name, value) {
  return /^\d{1,15}$/.test(value) ? Number(value) : stop(`--${name} takes a whole number, not ${JSON.stringify(value)}.`);
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
