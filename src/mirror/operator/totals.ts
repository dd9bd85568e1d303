/** To count all rows takes its time, and whoever asks for numbers asks often. */
const TOTALS_MS = 30_000;

/** What is counted, counted again after half a minute. */
export function lately<Totals>(count: () => Totals, now: () => number): () => Totals {
  let known: { readonly totals: Totals; readonly at: number } | undefined;
  return () => {
    if (known === undefined || now() - known.at >= TOTALS_MS) known = { totals: count(), at: now() };
    return known.totals;
  };
}
