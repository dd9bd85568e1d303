import { HoldfastError } from '../../protocol/index.ts';

/** A refusal as XRPC tells it: `code` is the name of the error, from the lexicon where it has one. */
export class XrpcError extends HoldfastError {
  readonly status: number;

  constructor(status: number, code: string, message: string, cause?: unknown) {
    super(code, message, {}, cause);
    this.status = status;
  }
}

/** What the caller sent is not what the method takes. Nothing was changed. */
export function invalidRequest(message: string, cause?: unknown): XrpcError {
  return new XrpcError(400, 'InvalidRequest', message, cause);
}
