// `npm run soak -- --minutes N --houses N`: so many houses (50) write for so long (30), with a fault every 30 seconds (`--every`).
import { parseArgs } from 'node:util';
import { soak } from '../test/soak/run.ts';

const options = { minutes: { type: 'string', default: '30' }, houses: { type: 'string', default: '50' }, every: { type: 'string', default: '30' } };
const { minutes, houses, every } = parseArgs({ options }).values;
const number = (name, text) => {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  console.error(`--${name} takes a whole number above 0, not ${JSON.stringify(text)}.`);
  return process.exit(1);
};
const wrong = await soak({ minutes: number('minutes', minutes), houses: number('houses', houses), everyMs: number('every', every) * 1_000, say: console.log });
for (const line of wrong) console.log(`✖ ${line}`);
console.log(wrong.length === 0 ? 'All is there, and nothing grew.' : `${wrong.length} things are wrong.`);
process.exit(wrong.length === 0 ? 0 : 1);
