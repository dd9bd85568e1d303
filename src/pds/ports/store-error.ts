import { HoldfastError } from '../../protocol/index.ts';
import type { ErrorDetails } from '../../protocol/index.ts';

/** Why a store did not do what it was asked. In every case but StoreClosed nothing was changed. */
export type StoreFault =
  | 'AccountExists' | 'AccountMissing' | 'HeadMoved' | 'StorageFull'
  /** The journal has an answer to this request already. */
  | 'RequestKnown'
  /** The connection was lost and could not be opened again: a write that was under way may be durable all the same. */
  | 'StoreClosed'
  /** Stored bytes are not what was stored. */
  | 'StoreDamaged'
  /** The database belongs to a newer version of Holdfast. */
  | 'StoreNewer';

/** A refusal of `HouseStore` or `BlobStore`. */
export class StoreError extends HoldfastError<StoreFault> {
  constructor(code: StoreFault, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(code, message, details, cause);
  }
}
