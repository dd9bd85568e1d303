/** What the house answered instead of doing what it was asked; or `Unreachable`, when no answer came. */
export class HouseError extends Error {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The name of the error in its lexicon. */
  readonly code: string;

  constructor(status: number, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HouseError';
    this.status = status;
    this.code = code;
  }
}
