import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSession, writeSession } from './session.ts';

const HEX = Array.from({ length: 32 }, (_, index) => (index + 160).toString(16).toUpperCase()).join(':');

/** As Chromium, Firefox and libdatachannel write them; shortened where nobody reads. */
const SDPS: Readonly<Record<string, string>> = {
  Chromium: `v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=candidate:2396 1 udp 2113937151 5f1a0d9e-0b49-4b0c-9d0e-0a3ce6e8a1d2.local 57523 typ host generation 0 network-cost 999\r\na=candidate:99 1 tcp 1518280447 192.0.2.2 9 typ host tcptype active generation 0\r\na=ice-ufrag:4ZcD\r\na=ice-pwd:2/1muCWoOi3uLifh0NuRHlAB\r\na=ice-options:trickle\r\na=fingerprint:sha-256 ${HEX}\r\na=setup:actpass\r\na=mid:0\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n`,
  Firefox: `v=0\r\no=mozilla...THIS_IS_SDPARTA-99.0 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=sendrecv\r\na=fingerprint:sha-256 ${HEX}\r\na=group:BUNDLE 0\r\na=ice-options:trickle\r\na=msid-semantic:WMS *\r\nm=application 50234 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 192.0.2.2\r\na=candidate:0 1 UDP 2122187007 2d7e0e32.local 50234 typ host\r\na=sendrecv\r\na=end-of-candidates\r\na=ice-pwd:8bd27a4d2d7c4e1a97d6b1d3b8f0c001\r\na=ice-ufrag:9d1fbb9e\r\na=mid:0\r\na=setup:actpass\r\na=sctp-port:5000\r\na=max-message-size:1073741823\r\n`,
  libdatachannel: `v=0\r\no=rtc 3326367862 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=fingerprint:sha-256 ${HEX}\r\nm=application 35380 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 192.0.2.2\r\na=mid:0\r\na=sendrecv\r\na=sctp-port:5000\r\na=max-message-size:262144\r\na=setup:actpass\r\na=ice-ufrag:7Haf\r\na=ice-pwd:JKiyxe7T0+P9iLHmePQMGb\r\na=candidate:2 1 UDP 2116026111 fd00::2 35380 typ host\r\n`,
};

for (const [maker, sdp] of Object.entries(SDPS)) {
  test(`reads what ${maker} writes, and writes it anew`, () => {
    const session = readSession(sdp);
    assert.equal(session.fingerprint, HEX);
    assert.equal(session.setup, 'actpass');
    assert.equal(session.candidates.length, 1);
    assert.deepEqual(readSession(writeSession(session)), session);
  });
}

test('a fingerprint in lower case is the same fingerprint', () => {
  assert.equal(readSession(SDPS['Firefox']!.replace(HEX, HEX.toLowerCase())).fingerprint, HEX);
});

test('addresses that were found through a server are written as such', () => {
  const session = readSession(`${SDPS['Firefox']!}a=candidate:1 1 UDP 1685987327 198.51.100.7 50234 typ srflx raddr 0.0.0.0 rport 0\r\n`);
  assert.deepEqual(session.candidates.map(({ type }) => type), ['host', 'srflx']);
  assert.deepEqual(readSession(writeSession(session)), session);
});

const sdp = SDPS['libdatachannel']!;
const OTHER = HEX.replace(/^../, '00');
const REFUSED: Readonly<Record<string, readonly [sdp: string, code: string]>> = {
  'two fingerprints': [`${sdp}a=fingerprint:sha-256 ${OTHER}\r\n`, 'SessionForm'],
  'a fingerprint twice': [`${sdp}a=fingerprint:sha-256 ${HEX}\r\n`, 'SessionForm'],
  'a second fingerprint in other letters': [`${sdp}A=FINGERPRINT:sha-256 ${OTHER}\r\n`, 'SessionForm'],
  'a second fingerprint behind a lone return': [`${sdp}a=x:1\ra=fingerprint:sha-256 ${OTHER}\r\n`, 'SessionForm'],
  'a second fingerprint of another kind': [`${sdp}a=fingerprint:sha-1 00\r\n`, 'SessionForm'],
  'a second name of a fingerprint': [`${sdp}a=Fingerprint:sha-256 ${OTHER}\r\n`, 'SessionForm'],
  'no fingerprint': [sdp.replace(/a=fingerprint.*\r\n/, ''), 'SessionForm'],
  'a fingerprint by SHA-1': [sdp.replace('sha-256', 'sha-1'), 'SessionForm'],
  'a fingerprint that is too short': [sdp.replace(HEX, HEX.slice(3)), 'SessionForm'],
  'two media': [`${sdp}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n`, 'SessionForm'],
  'sound': [sdp.replace('m=application 35380 UDP/DTLS/SCTP webrtc-datachannel', 'm=audio 9 UDP/TLS/RTP/SAVPF 0'), 'SessionForm'],
  'two passwords': [`${sdp}a=ice-pwd:JKiyxe7T0+P9iLHmePQMGb\r\n`, 'SessionForm'],
  'a line that is none': [`${sdp}hello\r\n`, 'SessionForm'],
  'what is no ASCII': [sdp.replace('o=rtc', 'o=rté'), 'SessionForm'],
  'nothing': ['', 'SessionForm'],
  'more than 16 KB': [`${sdp}a=x:${'x'.repeat(16_384)}\r\n`, 'SessionTooLarge'],
  'more than 200 lines': [`${sdp}${'a=x:1\r\n'.repeat(200)}`, 'SessionForm'],
};

for (const [what, [text, code]] of Object.entries(REFUSED)) {
  test(`refuses ${what}`, () => {
    assert.throws(() => readSession(text), { name: 'MeetingError', code });
  });
}

test('what is no address of UDP is left out, and no more than thirty are kept', () => {
  const many = Array.from({ length: 50 }, (_, index) => `a=candidate:1 1 udp 1 192.0.2.1 ${index + 1} typ host\r\n`).join('');
  assert.equal(readSession(sdp + many).candidates.length, 30);
  const bad = ['1 2 udp 1 192.0.2.1 1 typ host', '1 1 udp 1 192.0.2.1 65536 typ host', '1 1 udp 1 a_b 1 typ host', '1 1 udp 1 192.0.2.1 1 typ none'];
  assert.equal(readSession(sdp + bad.map((each) => `a=candidate:${each}\r\n`).join('')).candidates.length, 1);
});
