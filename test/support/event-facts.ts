// What a frame of a firehose says, read by packages of others alone: nothing of src/ is used.
import { fromUint8Array } from '@atcute/car';
import { decodeFirst } from '@atcute/cbor';
import { toString as cidText } from '@atcute/cid';
import { decode, encode } from '@ipld/dag-cbor';
import { CID } from 'multiformats/cid';

/** An operation of a `#commit`, in plain words. */
export interface OperationFacts {
  readonly action: unknown;
  readonly path: unknown;
  readonly cid: string | null;
  readonly prev: string | undefined;
}

/** The CAR of a `#commit` or `#sync`. */
export interface CarFacts {
  readonly version: number;
  readonly roots: readonly string[];
  readonly first: string | undefined;
  readonly blocks: ReadonlyMap<string, Uint8Array>;
}

/** A frame as it was read. What could not be read is undefined, and `fault` says why. */
export interface EventFacts {
  readonly bytes: unknown;
  readonly fault: string | undefined;
  readonly header: Readonly<Record<string, unknown>>;
  /** Decoded by @ipld/dag-cbor: CIDs are those of multiformats. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly type: string;
  readonly seq: unknown;
  /** `did`, or `repo` of a `#commit`. */
  readonly did: unknown;
  readonly ops: readonly OperationFacts[];
  readonly car: CarFacts | undefined;
  /** The commit object in the CAR. */
  readonly commit: Readonly<Record<string, unknown>> | undefined;
  readonly commitBytes: Uint8Array | undefined;
}

const NOTHING = { header: {}, body: {}, type: '', seq: undefined, did: undefined, ops: [], car: undefined, commit: undefined, commitBytes: undefined };

/** Reads a frame, and never throws. */
export function readEvent(bytes: unknown): EventFacts {
  if (!(bytes instanceof Uint8Array)) return { ...NOTHING, bytes, fault: 'the message is text' };
  try {
    return { bytes, fault: undefined, ...readParts(bytes) };
  } catch (error) {
    return { ...NOTHING, bytes, fault: `the frame cannot be read: ${(error as Error).message}` };
  }
}

function readParts(bytes: Uint8Array): Omit<EventFacts, 'bytes' | 'fault'> {
  const [header, rest] = decodeFirst(bytes) as [Record<string, unknown>, Uint8Array];
  const body = decode<Record<string, unknown>>(rest);
  if (!isSame(encode(body), rest)) throw new Error('the body is not canonical DAG-CBOR');
  const headerBytes = bytes.subarray(0, bytes.length - rest.length);
  if (!isSame(encode(header), headerBytes)) throw new Error('the header is not canonical DAG-CBOR');
  const type = typeof header['t'] === 'string' ? header['t'] : '';
  const car = body['blocks'] instanceof Uint8Array ? readCar(body['blocks']) : undefined;
  const root = car?.roots[0];
  const commitBytes = root === undefined ? undefined : car?.blocks.get(root);
  return {
    header, body, type, car, commitBytes,
    seq: body['seq'], did: type === '#commit' ? body['repo'] : body['did'], ops: readOps(body['ops']),
    commit: commitBytes === undefined ? undefined : decode<Record<string, unknown>>(commitBytes),
  };
}

function readOps(ops: unknown): OperationFacts[] {
  if (!Array.isArray(ops)) return [];
  return (ops as Record<string, unknown>[]).map(({ action, path, cid, prev }) => ({
    action, path,
    cid: CID.asCID(cid)?.toString() ?? null,
    prev: prev === undefined ? undefined : CID.asCID(prev)?.toString() ?? 'no CID',
  }));
}

function readCar(bytes: Uint8Array): CarFacts {
  const reader = fromUint8Array(bytes);
  const blocks = new Map<string, Uint8Array>();
  let first: string | undefined;
  for (const { cid, bytes: block } of reader) {
    const text = cidText(cid);
    first ??= text;
    blocks.set(text, block.slice());
  }
  return { version: reader.header.data.version, roots: reader.header.data.roots.map((root) => root.$link), first, blocks };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** A CID of a decoded body, as text; undefined for what is none. */
export function linkText(value: unknown): string | undefined {
  return CID.asCID(value)?.toString();
}
