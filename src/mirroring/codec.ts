import { decodeFrame, encodeFrame, FrameError } from '../protocol/index.ts';
import type { CborMap } from '../protocol/index.ts';
import { commitBody, readCommitBody } from './commit-body.ts';
import { badFrame, Fields } from './fields.ts';
import type { Call, HouseMessage, MirrorLimits, MirrorMessage } from './messages.ts';
import type { CopyHead } from './ports/mirror-store.ts';
import type { Receipt } from './receipt.ts';

/** So many blobs go into one `#offer`, and into one `#want`. */
export const MAX_OFFER = 500;

/** What a house says, as a frame. @throws UnencodableError */
export function encodeHouseMessage(message: HouseMessage): Uint8Array {
  switch (message.type) {
    case '#hello': {
      const { did, token, version } = message;
      return encodeFrame('#hello', { did, token, version });
    }
    case '#commit':
      return encodeFrame('#commit', commitBody(message.message));
    case '#offer':
      return encodeFrame('#offer', { blobs: message.blobs });
    case '#identity':
      return encodeFrame('#identity', {});
    case '#answer':
      return encodeCall(message);
  }
}

/** @throws ChannelError BadFrame */
export function decodeHouseMessage(frame: Uint8Array): HouseMessage {
  const { type, fields } = read(frame);
  switch (type) {
    case '#hello':
      return { type, did: fields.did('did'), token: fields.text('token', 4_096), version: fields.text('version', 64) };
    case '#commit':
      return { type, message: readCommitBody(fields) };
    case '#offer':
      return { type, blobs: fields.cids('blobs', MAX_OFFER) };
    case '#identity':
      return { type };
    case '#answer':
      return { type, ...readCall(fields) };
    default:
      throw unknownType('house', type);
  }
}

/** What a mirror says, as a frame. @throws UnencodableError */
export function encodeMirrorMessage(message: MirrorMessage): Uint8Array {
  switch (message.type) {
    case '#welcome': {
      const { head, seq, time, limits: { blobBytes, repoBytes, aheadMs }, unclaimed } = message;
      const some = { ...(seq !== undefined && { seq }), ...(unclaimed !== undefined && { unclaimed }) };
      return encodeFrame('#welcome', { ...headField(head), ...some, time, limits: { blobBytes, repoBytes, aheadMs } });
    }
    case '#ack':
      return encodeFrame('#ack', { receipt: receiptBody(message.receipt) });
    case '#reject': {
      const { rev, code, message: text, head, time } = message;
      const told = { code: code.slice(0, MOST_CODE), message: text.slice(0, MOST_TEXT), time };
      return encodeFrame('#reject', { ...(rev !== undefined && { rev }), ...told, ...headField(head) });
    }
    case '#want':
      return encodeFrame('#want', { blobs: message.blobs });
    case '#noted':
    case '#moved':
      return encodeFrame(message.type, {});
    case '#ring':
      return encodeCall(message);
  }
}

/** @throws ChannelError BadFrame */
export function decodeMirrorMessage(frame: Uint8Array): MirrorMessage {
  const { type, fields } = read(frame);
  switch (type) {
    case '#welcome':
      return {
        type, ...readHeadField(fields), ...(fields.has('seq') && { seq: fields.integer('seq') }),
        time: fields.datetime('time'), limits: readLimits(fields.map('limits')),
        ...(fields.has('unclaimed') && { unclaimed: fields.integer('unclaimed') }),
      };
    case '#ack':
      return { type, receipt: readReceipt(fields.map('receipt')) };
    case '#reject':
      return {
        type, ...(fields.has('rev') && { rev: fields.tid('rev') }), code: fields.text('code', MOST_CODE),
        message: fields.text('message', MOST_TEXT), ...readHeadField(fields), time: fields.datetime('time'),
      };
    case '#want':
      return { type, blobs: fields.cids('blobs', MAX_OFFER) };
    case '#noted':
    case '#moved':
      return { type };
    case '#ring':
      return { type, ...readCall(fields) };
    default:
      throw unknownType('mirror', type);
  }
}

const MOST_CODE = 64;
const MOST_TEXT = 1_000;

function read(frame: Uint8Array): { readonly type: string; readonly fields: Fields } {
  try {
    const found = decodeFrame(frame);
    if (found.kind === 'message') return { type: found.type, fields: new Fields(found.type.slice(0, MOST_CODE), found.body) };
  } catch (cause) {
    if (!(cause instanceof FrameError)) throw cause;
    throw badFrame(`${cause.message}.`, {}, cause);
  }
  throw badFrame('A frame is no message of the conversation of a house and its mirror.');
}

function unknownType(side: string, type: string): Error {
  return badFrame('A message is of a type that this version does not know.', { side, type: type.slice(0, MOST_CODE) });
}

const encodeCall = ({ type, id, sdp, token }: Call & { readonly type: string }): Uint8Array => encodeFrame(type, { id, sdp, token });

function readCall(fields: Fields): Call {
  return { id: fields.text('id', 64), sdp: fields.text('sdp', 16_384), token: fields.text('token', 4_096) };
}

function headField(head: CopyHead | undefined): CborMap {
  return head === undefined ? {} : { head: { commit: head.cid.toString(), rev: head.rev, data: head.data.toString() } };
}

function readHeadField(fields: Fields): { readonly head?: CopyHead } {
  if (!fields.has('head')) return {};
  const head = fields.map('head');
  return { head: { cid: head.cidText('commit'), rev: head.tid('rev'), data: head.cidText('data') } };
}

function receiptBody({ did, commit, rev, seq, time, sig }: Receipt): CborMap {
  return { did, commit: commit.toString(), rev, seq, time, sig };
}

function readReceipt(fields: Fields): Receipt {
  return {
    did: fields.did('did'), commit: fields.cidText('commit'), rev: fields.tid('rev'), seq: fields.integer('seq', 1),
    time: fields.datetime('time'), sig: fields.bytes('sig', 64),
  };
}

function readLimits(fields: Fields): MirrorLimits {
  return { blobBytes: fields.integer('blobBytes'), repoBytes: fields.integer('repoBytes'), aheadMs: fields.integer('aheadMs') };
}
