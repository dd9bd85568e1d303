/** Milliseconds since 1970, with fractions; of this process. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

/**
 * How far `nowMs` of this process or page is ahead of the clock of the machine, in milliseconds: each takes that once, when
 * it starts, and counts on. It is sent into pages, so it names nothing of this module.
 */
export function clockSkew(): number {
  let least = Infinity;
  for (let round = 0; round < 20; round++) {
    const before = Date.now();
    let now = before;
    while (now === before) now = Date.now();
    least = Math.min(least, performance.timeOrigin + performance.now() - now);
  }
  return least;
}
