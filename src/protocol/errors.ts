/** What an error may say besides its message: where it happened, in plain values that survive a message port. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/**
 * The root of every error Holdfast throws on purpose.
 *
 * `code` is stable and for programs, `message` is a sentence for the person who reads it, `details` say where
 * (block, key, offset, field). Never put a secret or a whole record into either.
 */
export class HoldfastError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails;

  constructor(code: Code, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** A text that is not what its syntax says: https://atproto.com/specs/did, /handle, /nsid, /record-key, /tid … */
export class InvalidSyntaxError extends HoldfastError<'InvalidSyntax'> {
  /** @param what the name of the syntax, such as `did` or `record key` */
  constructor(what: string, text: string) {
    const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    super('InvalidSyntax', `Not a valid ${what}: ${JSON.stringify(shown)}`, { syntax: what, text: shown });
  }
}
