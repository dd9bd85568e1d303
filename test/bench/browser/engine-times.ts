import { Generator } from '../generator.ts';
import { holdfast, makeCar } from '../holdfast.ts';
import type { Action } from '../peer.ts';
import type { Told } from './messages.ts';

const WRITES = 1_000;

/** Microseconds of single changes on so many records, in memory: in Node and in browsers the same code. */
export async function engineTimes(records: number): Promise<Told> {
  const items = new Generator(1).items(records);
  const car = await makeCar(items);
  const told: Record<string, number[]> = {};
  for (const action of ['create', 'update', 'delete'] as readonly Action[]) {
    const held = await holdfast.open!(car);
    const generator = new Generator(2);
    const times: number[] = [];
    const step = Math.floor(items.length / WRITES);
    // Clocks of browsers are coarse: ten at a time.
    for (let i = 0; i < WRITES; i += 10) {
      const batch = Array.from({ length: 10 }, (_, at) => {
        const old = items[(i + at) * step + 1]!;
        return action === 'create' ? generator.item() : action === 'update' ? generator.changed(old) : old;
      });
      const start = performance.now();
      for (const item of batch) await held.write(action, item);
      times.push((performance.now() - start) * 100);
    }
    told[action] = times.slice(20);
  }
  return told;
}
