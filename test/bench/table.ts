// The table of the engine, as docs/benchmarks.md has it.

/** What one measurement gave each peer, in one unit; less is better. `undefined` where it was not measured. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly values: readonly (number | undefined)[];
  /** What the hashes and signatures alone take that nobody can leave out, in the same unit. */
  readonly limit?: number | undefined;
  /** Each value by itself: how many times less the first is says nothing. */
  readonly isRatio?: boolean;
}

/** The head of a table. */
export function heading(title: string, names: readonly string[]): string {
  return [`| ${title} | | ${names.join(' | ')} | limit |`, `|---|---|${names.map(() => '---|').join('')}---|`].join('\n');
}

/** A row of a table: the values, by what factor the first peer is ahead of each other, and how far it is from the limit. */
export function line({ what, unit, values, limit, isRatio = false }: Row): string {
  const [ours] = values;
  const cells = values.map((value, index) => {
    if (value === undefined || ours === undefined) return '–';
    return index === 0 || isRatio ? shown(value) : `${shown(value)} (${(value / ours).toFixed(1)} ×)`;
  });
  const last = limit === undefined || ours === undefined ? '' : `${shown(limit)} (${(ours / limit).toFixed(1)} ×)`;
  return `| ${what} | ${unit} | ${cells.join(' | ')} | ${last} |`;
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
