/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** What one measurement gave each peer, in one unit; `undefined` where it was not measured. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  /** Whether less is better. */
  readonly lower: boolean;
  readonly values: readonly (number | undefined)[];
}

/** A row of a table: the values, and by what factor the first peer is ahead of each other. */
export function line({ what, unit, lower, values }: Row): string {
  const [ours] = values;
  const cells = values.map((value, index) => {
    if (value === undefined || ours === undefined) return '–'.padStart(22);
    const ratio = index === 0 ? '' : ` (${(lower ? value / ours : ours / value).toFixed(1)} ×)`;
    return `${shown(value)}${ratio}`.padStart(22);
  });
  return `${what.padEnd(34)}${unit.padStart(10)}${cells.join('')}`;
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
