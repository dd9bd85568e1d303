// What comes from the other side of a direct connection, and before it is there.
import { MAX_SDP_LENGTH, MeetingError } from '../../src/bridge/webrtc/index.ts';
import { readSession, writeSession } from '../../src/bridge/webrtc/session.ts';
import { decodeVisit, encodeVisit, MOST_PART } from '../../src/bridge/visit-codec.ts';
import { ChannelError } from '../../src/mirroring/index.ts';
import { CborError, encodeCbor } from '../../src/protocol/index.ts';
import { assertPartOfFrame } from './talk-targets.ts';
import { Disagreement, textBytes } from './target.ts';
import type { Session } from '../../src/bridge/webrtc/index.ts';
import type { VisitMessage } from '../../src/bridge/visit-codec.ts';
import type { Decoder, Target } from './target.ts';

const FINGERPRINT = Array.from({ length: 32 }, () => '0A').join(':');
const session: Session = {
  ufrag: 'abcd', pwd: 'a'.repeat(22), fingerprint: FINGERPRINT, setup: 'actpass',
  candidates: [{ foundation: '1', priority: 1, address: '192.0.2.1', port: 50_000, type: 'host' }, { foundation: '2', priority: 2, address: '2001:db8::1', port: 9, type: 'relay' }],
};

export const readSdp: Decoder<Session> = (input) => readSession(new TextDecoder().decode(input));

/** Offers and answers. */
export const sdp = (decode: Decoder<Session> = readSdp): Target => ({
  seeds: [session, { ...session, setup: 'active' as const, candidates: [] }, { ...session, setup: 'passive' as const }].map((each) => textBytes(writeSession(each))),
  tokens: [...writeSession(session).split('\r\n'), `a=fingerprint:sha-256 ${FINGERPRINT.replaceAll('A', 'B')}`, '\r', '\n', 'A=FINGERPRINT:', 'a=x:'.padEnd(MAX_SDP_LENGTH, 'x')].map(textBytes),
  refusals: [MeetingError],
  read(input) {
    const found = decode(input);
    if (JSON.stringify(readSession(writeSession(found))) !== JSON.stringify(found)) throw new Disagreement('a session is another when it is written again');
    // However somebody else tells lines apart.
    const said = new TextDecoder().decode(input).split(/[\r\n\u0085\u2028\u2029]/).filter((line) => /^\s*a=fingerprint:/i.test(line));
    if (said.length !== 1 || said[0]!.toUpperCase() !== `A=FINGERPRINT:SHA-256 ${found.fingerprint}`) throw new Disagreement('the fingerprint is not the only one that stands there');
    return found.setup;
  },
});

const MESSAGES: readonly VisitMessage[] = [
  { type: '#get', method: 'getRepo' }, { type: '#get', method: 'getBlob', cid: 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku' },
  { type: '#part', bytes: Uint8Array.of(1, 2, 3) }, { type: '#part', bytes: new Uint8Array() }, { type: '#end', isWhole: true }, { type: '#end', isWhole: false, mimeType: 'image/png' },
];

/** What two houses say to each other. */
export const visit = (decode: Decoder<VisitMessage> = decodeVisit): Target => ({
  seeds: MESSAGES.map(encodeVisit),
  tokens: [encodeCbor({ op: 1, t: '#get' }), encodeCbor({ op: -1 }), textBytes('ebytes'), textBytes('fmethod'), encodeCbor(new Uint8Array(MOST_PART + 1)), Uint8Array.of(0xf5)],
  refusals: [ChannelError],
  read(input) {
    const message = decode(input);
    try {
      assertPartOfFrame(encodeVisit(message), input, message.type);
    } catch (error) {
      if (error instanceof CborError) throw new Disagreement(`what is no frame was read as ${message.type}`);
      throw error;
    }
    return [message.type, 'method' in message ? message.method : '', 'isWhole' in message ? `${message.isWhole} ${'mimeType' in message}` : ''].join(' ').trim();
  },
});
