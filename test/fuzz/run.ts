// `npm run fuzz`: every target for a while, two at a time; inputs with a new outcome are kept, failing ones are written down.
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { keep } from './corpus.ts';
import { fuzz, replayCommand } from './fuzz.ts';
import { targets } from './targets.ts';
import type { Report } from './watch.ts';

const AT_ONCE = 2;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    target: { type: 'string', default: 'all' },
    replay: { type: 'string' },
  },
});

function numberOf(name: 'seconds' | 'seed'): number {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 0) fail(`--${name} is a whole number, not ${JSON.stringify(values[name])}.`);
  return value;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function say(report: Report): void {
  const { target, inputs, found, failure } = report;
  console.log(`${target.padEnd(8)} ${inputs.toLocaleString('en').padStart(12)} inputs, ${String(found.size).padStart(3)} outcomes`);
  if (failure === undefined) {
    if (replay === undefined) for (const outcome of keep(target, found)) console.log(`         new, and kept: ${outcome}`);
    else console.log(`         ${[...found.keys()].join(', ')}`);
    return;
  }
  process.exitCode = 1;
  console.log(`${failure.reason}\n\n  The input is in ${failure.file}. To read it again:\n    ${replayCommand(report)}\n`);
}

const names = values.target === 'all' ? Object.keys(targets) : [values.target];
for (const name of names) {
  if (!Object.hasOwn(targets, name)) fail(`There is no target ${name}. The targets are: all, ${Object.keys(targets).join(', ')}.`);
}
const replay = values.replay === undefined ? undefined : new Uint8Array(readFileSync(values.replay));
if (replay !== undefined && names.length > 1) fail('--replay is for one target, named by --target.');
const [seconds, seed] = [numberOf('seconds'), numberOf('seed')];
if (replay === undefined) console.log(`Seed ${seed}; ${seconds} seconds of a processor for each target.`);

const queue = names.values();
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  for (const target of queue) say(await fuzz({ target, seed, seconds, replay }));
}));
