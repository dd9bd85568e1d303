import { base32 } from 'multiformats/bases/base32';
import { cidOf, encodeCbor } from '../protocol/index.ts';
import type { CborMap, Cid, Did } from '../protocol/index.ts';
import { PlcError } from './errors.ts';
import type { PlcData } from './plc-data.ts';

/** Makes a DID (`prev` null) or replaces all that it says; `prev` is the CID of the signed operation before. */
export interface UnsignedOperation extends PlcData {
  readonly type: 'plc_operation';
  readonly prev: string | null;
}

/** Ends a DID. */
export interface UnsignedTombstone {
  readonly type: 'plc_tombstone';
  readonly prev: string;
}

/** How the first DIDs were made. Only read: its DIDs are hashes of this form. */
export interface UnsignedCreate {
  readonly type: 'create';
  readonly signingKey: string;
  readonly recoveryKey: string;
  readonly handle: string;
  readonly service: string;
  readonly prev: null;
}

/** `sig` is base64url without padding, of 64 bytes r and s with a low s. */
export interface Signature {
  readonly sig: string;
}

export type PlcOperation = UnsignedOperation & Signature;
export type PlcTombstone = UnsignedTombstone & Signature;
export type PlcCreate = UnsignedCreate & Signature;

/** Whatever a log may hold. */
export type AnyPlcOperation = PlcOperation | PlcTombstone | PlcCreate;

/** An operation that says this, after `prev`; null makes a new DID. */
export function operationOf(data: PlcData, prev: Cid | null): UnsignedOperation {
  const { rotationKeys, verificationMethods, alsoKnownAs, services } = data;
  const previous = prev === null ? null : prev.toString();
  return { type: 'plc_operation', rotationKeys, verificationMethods, alsoKnownAs, services, prev: previous };
}

/**
 * The bytes that are signed: DAG-CBOR of the operation without `sig`.
 * @throws PlcError `OperationForm` where a field is missing
 */
export function unsignedBytes(operation: UnsignedOperation | UnsignedTombstone | UnsignedCreate): Uint8Array {
  return encodeFields(fieldsOf(operation));
}

/**
 * The bytes that are hashed: DAG-CBOR of the operation with `sig`.
 * @throws PlcError `OperationForm` where a field is missing
 */
export function signedBytes(operation: AnyPlcOperation): Uint8Array {
  return encodeFields({ ...fieldsOf(operation), sig: operation.sig });
}

/** The CID of a signed operation, which the next one names as `prev`. */
export function operationCid(operation: AnyPlcOperation): Cid {
  return cidOf(signedBytes(operation));
}

/**
 * The DID that a signed first operation makes; no one needs to be asked.
 * @throws PlcError `OperationPrev` for an operation that is not the first
 */
export function genesisDid(operation: PlcOperation | PlcCreate): Did {
  if (operation.prev !== null) throw new PlcError('OperationPrev', 'Only an operation without a previous one makes a DID');
  return `did:plc:${base32.baseEncode(operationCid(operation).digest).slice(0, 24)}` as Did;
}

/** What the DID says after the operation: nothing after a tombstone. */
export function dataOf(operation: AnyPlcOperation): PlcData | undefined {
  if (operation.type === 'plc_tombstone') return undefined;
  if (operation.type === 'create') {
    const { recoveryKey, signingKey, handle, service } = operation;
    return {
      rotationKeys: [recoveryKey, signingKey],
      verificationMethods: { atproto: signingKey },
      alsoKnownAs: [handle.startsWith('at://') ? handle : `at://${handle.replace(/^https?:\/\//, '')}`],
      services: {
        atproto_pds: {
          type: 'AtprotoPersonalDataServer',
          endpoint: /^https?:\/\//.test(service) ? service : `https://${service}`,
        },
      },
    };
  }
  const { rotationKeys, verificationMethods, alsoKnownAs, services } = operation;
  return { rotationKeys, verificationMethods, alsoKnownAs, services };
}

/** Only what an operation has, so that nothing else is signed along. */
function fieldsOf(operation: UnsignedOperation | UnsignedTombstone | UnsignedCreate): Readonly<Record<string, unknown>> {
  const { type, prev } = operation;
  if (type === 'plc_tombstone') return { type, prev };
  if (type === 'create') {
    const { signingKey, recoveryKey, handle, service } = operation;
    return { type, signingKey, recoveryKey, handle, service, prev };
  }
  const { rotationKeys, verificationMethods, alsoKnownAs, services } = operation;
  return { type, rotationKeys, verificationMethods, alsoKnownAs, services, prev };
}

function encodeFields(fields: Readonly<Record<string, unknown>>): Uint8Array {
  try {
    return encodeCbor(fields as CborMap);
  } catch (cause) {
    throw new PlcError('OperationForm', 'An operation that lacks a field', {}, cause);
  }
}
