import { decodeCborAt } from './cbor-decode.ts';
import type { CborMap, CborValue } from './cbor-decode.ts';
import { encodeCbor } from './cbor-encode.ts';
import { CborError } from './cbor-reader.ts';
import { Cid } from './cid.ts';
import { HoldfastError } from './errors.ts';

/** No frame is longer, in bytes, as consumers of the network have it. */
export const MAX_FRAME_BYTES = 5_000_000;

/** Why bytes are not a frame of an event stream. */
export type FrameFault = 'too-large' | 'header' | 'body';

/** Bytes that are not a frame of an event stream. `reason` and `offset` of the details name what is wrong with the CBOR. */
export class FrameError extends HoldfastError<'InvalidFrame'> {
  constructor(fault: FrameFault, message: string, cause?: CborError) {
    super('InvalidFrame', message, { ...cause?.details, fault }, cause);
  }
}

/** What a frame says: a message of a type such as `#commit`, or the error with which the stream ends. */
export type Frame =
  | { readonly kind: 'message'; readonly type: string; readonly body: CborMap }
  | { readonly kind: 'error'; readonly error: string; readonly message: string | undefined }
  /** Of a later version of the protocol: to be passed over. */
  | { readonly kind: 'unknown' };

/**
 * A message on an event stream: two DAG-CBOR maps in a row, header and body (https://atproto.com/specs/event-stream).
 * @param type the name in the lexicon, with its `#`
 * @throws UnencodableError
 */
export function encodeFrame(type: string, body: CborMap): Uint8Array {
  return joined(encodeCbor({ op: 1, t: type }), encodeCbor(body));
}

/** The frame after which a stream is closed: `FutureCursor`, `ConsumerTooSlow`. */
export function encodeErrorFrame(error: string, message?: string): Uint8Array {
  return joined(encodeCbor({ op: -1 }), encodeCbor(message === undefined ? { error } : { error, message }));
}

/**
 * Reads one frame. Headers may have fields that are not known yet; what is in the body is for its lexicon to say. Bytes
 * and CIDs of the body are views on `bytes`.
 * @throws FrameError
 */
export function decodeFrame(bytes: Uint8Array, limit: number = MAX_FRAME_BYTES): Frame {
  if (bytes.length > limit) throw new FrameError('too-large', `A frame is longer than ${limit} bytes`);
  const header = mapAt(bytes, 0, 'header');
  const body = mapAt(bytes, header.end, 'body');
  if (body.end !== bytes.length) throw new FrameError('body', 'Something follows the body of a frame');
  const { op, t } = header.map;
  if (op === 1 && typeof t === 'string' && t !== '') return { kind: 'message', type: t, body: body.map };
  if (typeof op !== 'number' || op === 1) throw new FrameError('header', 'The header of a frame does not say what it is');
  if (op !== -1) return { kind: 'unknown' };
  const { error, message } = body.map;
  if (typeof error !== 'string' || error === '' || (message !== undefined && typeof message !== 'string')) {
    throw new FrameError('body', 'An error on a stream has no name');
  }
  return { kind: 'error', error, message };
}

function mapAt(bytes: Uint8Array, offset: number, fault: 'header' | 'body'): { readonly map: CborMap; readonly end: number } {
  const { value, end } = valueAt(bytes, offset, fault);
  if (!isMap(value)) throw new FrameError(fault, `The ${fault} of a frame is a map`);
  return { map: value, end };
}

function valueAt(bytes: Uint8Array, offset: number, fault: 'header' | 'body'): ReturnType<typeof decodeCborAt> {
  try {
    return decodeCborAt(bytes, offset);
  } catch (cause) {
    if (!(cause instanceof CborError)) throw cause;
    throw new FrameError(fault, `The ${fault} of a frame is not canonical DAG-CBOR`, cause);
  }
}

function isMap(value: CborValue): value is CborMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array) && !(value instanceof Cid);
}

function joined(header: Uint8Array, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(header.length + body.length);
  frame.set(header);
  frame.set(body, header.length);
  return frame;
}
