interface Turn {
  /** When the next that only begins may begin, and when everything up to here has ended. Neither is ever rejected. */
  readonly begun: Promise<unknown>;
  readonly ended: Promise<unknown>;
}

const OVER: Turn = { begun: Promise.resolve(), ended: Promise.resolve() };

/** Work that is done one after another for each name, and side by side for different ones. */
export class Turns {
  readonly #last = new Map<string, Turn>();

  /** Runs `work` when all that was given before for this name has ended, well or not. */
  take<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const { ended } = this.#last.get(name) ?? OVER;
    const result = ended.then(work);
    const over = settled(result);
    this.#set(name, { begun: over, ended: over });
    return result;
  }

  /**
   * Runs `begin` as `take` does, but that of those which were given in this way before only the beginning has to be over; then what it has given,
   * at once, beside whatever comes after.
   */
  overlap<Result>(name: string, begin: () => Promise<() => Promise<Result>>): Promise<Result> {
    const before = this.#last.get(name) ?? OVER;
    const begun = before.begun.then(begin);
    const result = begun.then((goOn) => goOn());
    this.#set(name, { begun: settled(begun), ended: Promise.all([before.ended, settled(result)]) });
    return result;
  }

  #set(name: string, turn: Turn): void {
    this.#last.set(name, turn);
    void turn.ended.then(() => {
      if (this.#last.get(name) === turn) this.#last.delete(name);
    });
  }
}

function settled(work: Promise<unknown>): Promise<unknown> {
  return work.catch(() => undefined);
}
