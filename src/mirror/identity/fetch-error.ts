import { HoldfastError } from '../../protocol/index.ts';

/** Why a document did not come. */
export type FetchFault =
  /** The server says that there is none. */
  | 'NotThere'
  /** The server did not answer, or not as it should. */
  | 'NoAnswer'
  /** The address is not one of the public network. */
  | 'Forbidden'
  /** Too many are being asked; it passes. */
  | 'Busy';

/** A document that did not come. */
export class FetchError extends HoldfastError<FetchFault> {}

/** Of a server that did not answer, or not so that it makes sense. */
export function noAnswer(url: string, cause: unknown): FetchError {
  return new FetchError('NoAnswer', 'The server did not answer as it should', { url }, cause);
}
