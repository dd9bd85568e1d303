// Many seeds, one after another.
import { FAULTS } from './trouble.ts';
import { simulate } from './simulate.ts';
import type { Outcome, SimulateOptions } from './simulate.ts';

/** What came of many runs. */
export interface Sum {
  readonly runs: number;
  readonly failed: readonly Outcome[];
  /** How often each kind of thing happened. */
  readonly fired: ReadonlyMap<string, number>;
  readonly acknowledged: number;
}

/** Runs so many seeds from this one on. */
export async function simulateSeeds(first: number, count: number, options: SimulateOptions & { readonly onFailed?: (outcome: Outcome) => void } = {}): Promise<Sum> {
  const failed: Outcome[] = [];
  const fired = new Map<string, number>();
  let acknowledged = 0;
  for (let seed = first; seed < first + count; seed++) {
    const outcome = await simulate(seed, options);
    acknowledged += outcome.acknowledged;
    for (const [kind, times] of outcome.fired) fired.set(kind, (fired.get(kind) ?? 0) + times);
    if (outcome.violations.length === 0) continue;
    failed.push(outcome);
    options.onFailed?.(outcome);
  }
  return { runs: count, failed, fired, acknowledged };
}

/** Faults as they are planned, and as they were counted where they struck. */
const ALL: readonly string[] = [...FAULTS, 'hit on the wires', 'refused by the disk'];

/** Kinds of faults that never happened. */
export function neverFired({ fired }: Sum): readonly string[] {
  return ALL.filter((kind) => (fired.get(kind) ?? 0) === 0);
}

/** What is wrong with a run, and how to see it again. */
export function inWords({ seed, violations }: Outcome): string {
  return [`Seed ${seed} fails; npm run simulate -- --seed ${seed} shows it:`, ...violations.map((each) => `  ${each}`)].join('\n');
}

/** One line of counts. */
export function countsOf({ runs, acknowledged, fired }: Sum): string {
  const faults = [...fired].filter(([kind]) => ALL.includes(kind));
  return `${runs} seeds, ${acknowledged} acknowledged writes, ${faults.map(([kind, times]) => `${times} × ${kind}`).sort().join(', ')}`;
}
