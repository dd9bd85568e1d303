import { HoldfastError } from '../../protocol/index.ts';

/** Why one side does not take what the other has told of itself. Nothing was opened. */
export type MeetingFault =
  /** It is no description of one data channel, or says something twice. */
  | 'SessionForm'
  /** It is larger than any description of one data channel. */
  | 'SessionTooLarge'
  /** The fingerprint is not the one that was signed, or it was not signed for this. */
  | 'FingerprintUnsigned';

/** What one side tells of itself is not taken. */
export class MeetingError extends HoldfastError<MeetingFault> {}

/** What one side tells the other, so that they find each other: what matters of an SDP with one data channel. */
export interface Session {
  readonly ufrag: string;
  readonly pwd: string;
  /** SHA-256 of the certificate: 32 bytes in upper-case hex, with colons. */
  readonly fingerprint: string;
  /** Of an offer `actpass`; of an answer the side that begins the handshake. */
  readonly setup: 'actpass' | 'active' | 'passive';
  readonly candidates: readonly Candidate[];
}

/** An address at which a side may be reached by UDP. */
export interface Candidate {
  readonly foundation: string;
  readonly priority: number;
  /** An IP address, or a name that only a network of its own knows. */
  readonly address: string;
  readonly port: number;
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay';
}

/** The most characters that an SDP may have. */
export const MAX_SDP_LENGTH = 16 * 1024;

const MOST_LINES = 200;
const MOST_CANDIDATES = 30;
/** Nothing but visible ASCII, so that no two readers see other lines. */
const LINE = /^[a-z]=[\x20-\x7e]*$/;
const CANDIDATE = /^([A-Za-z0-9+/]{1,32}) 1 udp (\d{1,10}) ([0-9A-Za-z.:-]{1,255}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: |$)/i;

/**
 * Reads an SDP of one data channel: each of its facts stands there once.
 * @throws MeetingError SessionTooLarge, SessionForm
 */
export function readSession(sdp: string): Session {
  if (sdp.length > MAX_SDP_LENGTH) throw new MeetingError('SessionTooLarge', 'What the other side tells of itself is too long.');
  const lines = sdp.split(/\r\n|\n/).filter((line) => line !== '');
  if (lines.length > MOST_LINES || !lines.every((line) => LINE.test(line))) throw form('it is no list of facts', 'line');
  const media = lines.filter((line) => line.startsWith('m='));
  if (media.length !== 1 || !/^m=application \d{1,5} UDP\/DTLS\/SCTP webrtc-datachannel$/.test(media[0]!)) throw form('it is not about one data channel', 'media');
  const one = (name: string, pattern: RegExp): string => {
    const values = lines.filter((line) => line.toLowerCase().startsWith(`a=${name}:`)).map((line) => line.slice(name.length + 3));
    if (values.length !== 1) throw form(`${name} stands there ${values.length} times`, name);
    if (!pattern.test(values[0]!)) throw form(`its ${name} is none`, name);
    return values[0]!;
  };
  one('mid', /^0$/);
  one('sctp-port', /^5000$/);
  return {
    ufrag: one('ice-ufrag', /^[A-Za-z0-9+/]{4,256}$/),
    pwd: one('ice-pwd', /^[A-Za-z0-9+/]{22,256}$/),
    fingerprint: one('fingerprint', /^sha-256 (?:[0-9a-f]{2}:){31}[0-9a-f]{2}$/i).slice(8).toUpperCase(),
    setup: one('setup', /^(?:actpass|active|passive)$/) as Session['setup'],
    candidates: lines.filter((line) => line.startsWith('a=candidate:')).flatMap((line) => candidateOf(line.slice(12))).slice(0, MOST_CANDIDATES),
  };
}

/** What is no address of UDP is left out. */
function candidateOf(text: string): readonly Candidate[] {
  const [, foundation, priority, address, port, type] = CANDIDATE.exec(text) ?? [];
  if (foundation === undefined || Number(port) > 65_535 || Number(priority) >= 2 ** 32) return [];
  return [{ foundation, priority: Number(priority), address: address!, port: Number(port), type: type!.toLowerCase() as Candidate['type'] }];
}

/** An SDP that says this and nothing else. */
export function writeSession({ ufrag, pwd, fingerprint, setup, candidates }: Session): string {
  const lines = [
    'v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=sendrecv',
    `a=ice-ufrag:${ufrag}`, `a=ice-pwd:${pwd}`, `a=fingerprint:sha-256 ${fingerprint}`, `a=setup:${setup}`,
    'a=sctp-port:5000', 'a=max-message-size:262144',
    ...candidates.map(({ foundation, priority, address, port, type }) => (
      `a=candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}${type === 'host' ? '' : ' raddr 0.0.0.0 rport 0'}`
    )),
    'a=end-of-candidates',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function form(why: string, field: string): MeetingError {
  return new MeetingError('SessionForm', `What the other side tells of itself cannot be used: ${why}.`, { field });
}
