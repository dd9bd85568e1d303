/** So long nothing must have happened; and no longer than this one waits while things go on, in milliseconds. */
const LULL_MS = 150;
const LONGEST_MS = 1_000;

/**
 * Makes work that follows on what happens in the house wait for a lull: the house has one thread, and what was just signed is
 * on its way to the mirror through it.
 * @returns call it whenever something happens
 */
export function afterLull(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  return () => {
    const now = performance.now();
    if (timer === undefined) since = now;
    else clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      work();
    }, Math.max(0, Math.min(LULL_MS, since + LONGEST_MS - now)));
  };
}
