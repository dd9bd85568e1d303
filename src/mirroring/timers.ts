/** Waiting, so that tests need not. */
export interface Timers {
  /** Calls `work` after so many milliseconds, unless the function that it returns is called before. */
  after(milliseconds: number, work: () => void): () => void;
}

export const TIMERS: Timers = {
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
};
