import { HoldfastError } from '../protocol/index.ts';
import type { ErrorDetails } from '../protocol/index.ts';

/**
 * What can be wrong with a did:plc operation or its log, one code for each reason.
 *
 * An operation: its form and size, each of its four parts, what it names as previous, who signs it. A log: its form and
 * size; an entry's form, DID, CID, time and flag; the genesis; where an operation stands; its signature; a recovery.
 */
export type PlcFault =
  | 'OperationForm' | 'OperationTooLarge' | 'RotationKeys' | 'VerificationMethods' | 'AlsoKnownAs' | 'Services'
  | 'OperationPrev' | 'SignerNotAllowed' | 'SignerFailed'
  | 'LogForm' | 'LogTooLarge' | 'EntryForm' | 'EntryDid' | 'EntryCid' | 'EntryTime' | 'EntryNullified'
  | 'GenesisForm' | 'GenesisDid' | 'LegacyPosition' | 'PrevUnknown' | 'AfterTombstone' | 'OperationSignature'
  | 'RecoveryKey' | 'RecoveryLate';

/** A did:plc operation or log that is not right. `details.index` is the entry of the log, counted from 0. */
export class PlcError extends HoldfastError<PlcFault> {
  /** The sentence for a person goes before the place where it happened. */
  constructor(code: PlcFault, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(code, withPlace(message, details), details, cause);
  }
}

/** What can be wrong with a DID document: its form, whose it is, or what it says for the AT Protocol. */
export type DidDocumentFault = 'DocumentForm' | 'DocumentTooLarge' | 'DocumentDid' | 'SigningKey' | 'PdsEndpoint';

/** A DID document that is not right. */
export class DidDocumentError extends HoldfastError<DidDocumentFault> {
  /** The sentence for a person goes before the place where it happened. */
  constructor(code: DidDocumentFault, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(code, withPlace(message, details), details, cause);
  }
}

function withPlace(message: string, details: ErrorDetails): string {
  const place = Object.entries(details).map(([name, value]) => `${name} ${String(value)}`);
  return place.length === 0 ? message : `${message} (${place.join(', ')})`;
}
