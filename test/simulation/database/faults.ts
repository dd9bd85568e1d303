/** What goes wrong with the databases of an origin. */
export class Faults {
  /** The disk is full: what puts is refused, and what would end is aborted. */
  isFull = false;
  /** A bug: `complete` is told before anything is durable. */
  isCompleteEarly = false;
  /** How many have fired. */
  fired = 0;
  /** The next transaction that writes is aborted as it ends. */
  isNextAborted = false;

  /** Nothing goes wrong any more, but for bugs. */
  heal(): void {
    this.isFull = false;
    this.isNextAborted = false;
  }

  takePut(): DOMException | undefined {
    // Browsers say so at the end as often.
    return this.isFull && ++this.fired % 2 === 0 ? full() : undefined;
  }

  takeCommit(): DOMException | undefined {
    if (this.isFull) {
      this.fired++;
      return full();
    }
    if (!this.isNextAborted) return undefined;
    this.isNextAborted = false;
    this.fired++;
    return new DOMException('The transaction was aborted by the browser.', 'UnknownError');
  }
}

function full(): DOMException {
  return new DOMException('There is no more room.', 'QuotaExceededError');
}
