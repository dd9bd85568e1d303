import { decodeFrame, encodeErrorFrame, encodeFrame } from '../../../src/protocol/index.ts';
import { streams } from './fault.ts';
import type { Fault } from './fault.ts';
import type { Stream, Wrong } from './faulty-proxy.ts';
import { isTarget, opsOf, read, unsigned } from './frame-faults.ts';

const isNth = (frame: Uint8Array): boolean => isTarget(read(frame), '#commit');
/** A frame that the next one of the connection is told before. */
const held = new WeakMap<Stream, Uint8Array>();

/** The frame of the target is told after the one that follows it. */
function swapped(frame: Uint8Array, stream: Stream): readonly Uint8Array[] {
  if (isNth(frame)) {
    held.set(stream, frame);
    return [];
  }
  const before = held.get(stream);
  held.delete(stream);
  return before === undefined ? [frame] : [frame, before];
}

const onReplay = ({ cursor }: Stream): boolean => cursor !== undefined;
/** Connections after the first with a cursor. */
const later = (change: (frame: Uint8Array, stream: Stream) => readonly Uint8Array[], fits: (stream: Stream) => boolean) => (frame: Uint8Array, stream: Stream): readonly Uint8Array[] => (
  onReplay(stream) && fits(stream) ? change(frame, stream) : [frame]
);
const isAgain = ({ cursor, number }: Stream): boolean => cursor === 0 && number > 0;
const isResume = ({ cursor }: Stream): boolean => cursor !== undefined && cursor > 1 && cursor <= Date.now() * 1_000;
const drop = (frame: Uint8Array): readonly Uint8Array[] => (read(frame).type === '#commit' ? [] : [frame]);
const retimed = (frame: Uint8Array): readonly Uint8Array[] => {
  const { type, body } = read(frame);
  return [encodeFrame(type, { ...body, time: '2020-01-01T00:00:00.000Z' })];
};

/** What can be wrong with the order of events, and with connections. */
export const STREAM_FAULTS: readonly Fault[] = [
  streams('an event is lost', 'firehose.chain SinceMismatch', { frame: (frame, stream) => (onReplay(stream) && isNth(frame) ? [] : [frame]) }),
  streams('the last event is lost', 'firehose.head Missing', { frame: (frame) => (opsOf(read(frame).body).some(({ path }) => path === 'app.holdfast.note/kk') ? [] : [frame]) }),
  streams('an event is told twice', 'firehose.seq SeqOrder', { frame: (frame, stream) => (onReplay(stream) && isNth(frame) ? [frame, frame] : [frame]) }),
  streams('two events change places', 'firehose.seq SeqOrder', { frame: later(swapped, () => true) }, ['firehose.chain']),
  streams('who asks again is told less', 'firehose.replay Missing', { frame: later(drop, isAgain) }),
  streams('who asks again is told other bytes', 'firehose.replay OtherBytes', { frame: later(retimed, isAgain) }),
  streams('who comes back misses an event', 'firehose.resume OtherEvent', { frame: later((frame, { frames }) => (frames === 0 ? [] : [frame]), isResume) }),
  streams('who comes back is told one twice', 'firehose.resume OtherEvent', { frame: later((frame, { frames }) => (frames === 1 ? [frame, frame] : [frame]), isResume) }),
  streams('who comes back is told other bytes', 'firehose.resume OtherBytes', { frame: later(retimed, isResume) }),
  streams('who comes back is told everything', 'firehose.resume OtherEvent', { cursor: (stream) => (isResume(stream) ? 0 : stream.cursor) }),
  streams('who comes back with the last cursor is told everything', 'firehose.resume OldEvent', wholeFromTheLast()),
  streams('that an account is not active is not told', 'repository.inactive AccountStatus', { frame: (frame) => (read(frame).body['active'] === false ? [] : [frame]) }),
  streams('who comes back is told what is new alone', 'firehose.resume Missing', { cursor: (stream) => (isResume(stream) ? undefined : stream.cursor) }),
  streams('who comes without a cursor is told everything', 'firehose.no-cursor OldEvent', { cursor: ({ cursor, number }) => (cursor === undefined && number === 1 ? 0 : cursor) }),
  streams('a cursor from the future is refused by another name', 'firehose.future-cursor ErrorName', { frame: (frame) => (decodeFrame(frame).kind === 'error' ? [encodeErrorFrame('BadCursor')] : [frame]) }),
  streams('a cursor from the future is told nothing', 'firehose.future-cursor NotRefused', { frame: (frame) => (decodeFrame(frame).kind === 'error' ? [] : [frame]) }),
  streams('an old cursor is told something else', 'firehose.outdated-cursor UnknownInfo', { frame: (frame, { cursor, frames }) => (cursor === 1 && frames === 0 ? [encodeFrame('#info', { name: 'Hello' }), frame] : [frame]) }),
  streams('an old cursor is told nothing of what is missing', 'firehose.outdated-cursor Missing', { frame: (frame, { cursor, frames }) => (cursor === 1 && frames === 0 ? [] : [frame]) }),
  streams('a cursor that is none is taken', 'firehose.bad-cursor NotRefused', { cursor: ({ cursor }) => (Number.isNaN(cursor) ? 0 : cursor) }),
  streams('pings are not answered', 'firehose.ping NoPong', { noPong: true }),
  streams('connections are cut', 'firehose.close NoClose', { noClose: true }),
  streams('the firehose does not open', 'firehose.open NoStream', { refuseStream: 503 }),
];

/** Of what is new, on the connection that the checks hold open. */
const whileNew = (change: (frame: Uint8Array, stream: Stream) => readonly Uint8Array[]) => ({
  frame: (frame: Uint8Array, stream: Stream): readonly Uint8Array[] => (stream.cursor === undefined && stream.number === 0 ? change(frame, stream) : [frame]),
});
const heldLive = new WeakMap<Stream, Uint8Array>();

/** What can be wrong with what is told while it happens. */
export const LIVE_FAULTS: readonly Fault[] = [
  streams('nothing new is told', 'live.same Missing', whileNew(() => [])),
  streams('the first new event is lost', 'live.same OtherEvent', whileNew((frame, { frames }) => (frames === 0 ? [] : [frame])), ['live.right']),
  streams('a new event in the middle is lost', 'live.same OtherEvent', whileNew((frame, { frames }) => (frames === 1 ? [] : [frame])), ['live.right']),
  streams('the last new event is lost', 'live.same Missing', whileNew((frame, { frames }) => (frames === 2 ? [] : [frame]))),
  streams('a new event is told twice', 'live.same OtherEvent', whileNew((frame, { frames }) => (frames === 1 ? [frame, frame] : [frame])), ['live.right']),
  streams('two new events change places', 'live.same OtherEvent', whileNew((frame, stream) => {
    if (stream.frames > 1) return [frame];
    if (stream.frames === 0) heldLive.set(stream, frame);
    return stream.frames === 0 ? [] : [frame, heldLive.get(stream)!];
  }), ['live.right']),
  streams('a new event has other bytes than later', 'live.same OtherBytes', whileNew(retimed)),
  streams('a new event is signed by nobody', 'live.right CommitSignature', { frame: unsignedFromNow() }),
];

/** Signed by nobody is what comes on the connection without a cursor, on every other connection too. */
function unsignedFromNow(): NonNullable<Wrong['frame']> {
  let first = Infinity;
  return (frame, { cursor }) => {
    const seq = read(frame).body['seq'];
    if (typeof seq !== 'number') return [frame];
    if (cursor === undefined) first = Math.min(first, seq);
    return [seq >= first ? unsigned(frame) : frame];
  };
}

/** The cursor of the last event is taken for none at all. */
function wholeFromTheLast(): Wrong {
  let last = 0;
  return {
    frame: (frame) => {
      last = Math.max(last, Number(read(frame).body['seq'] ?? 0));
      return [frame];
    },
    cursor: ({ cursor }) => (cursor === last ? 0 : cursor),
  };
}
