import type { DataChannel, Peer } from '../../src/bridge/webrtc/peer.ts';

const SDP = [
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:0', 'a=ice-ufrag:abcd', `a=ice-pwd:${'a'.repeat(22)}`,
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`, 'a=setup:actpass', 'a=sctp-port:5000',
].join('\r\n');

/** A data channel that does what the test says. */
class FakeDataChannel extends EventTarget {
  binaryType = '';
  readyState = 'connecting';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  readonly sent: Uint8Array[] = [];
  send(data: Uint8Array): void {
    this.sent.push(data);
  }
  close(): void {
    this.readyState = 'closed';
  }
  become(state: 'open' | 'close'): void {
    this.readyState = state === 'open' ? state : 'closed';
    this.dispatchEvent(new Event(state));
  }
  hear(...bytes: number[]): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: Uint8Array.from(bytes).buffer }));
  }
}

/** A peer connection that has found all of its addresses. */
export class FakePeer extends EventTarget {
  connectionState = 'new';
  iceGatheringState = 'complete';
  localDescription: { readonly sdp: string } | null = { sdp: SDP };
  readonly channel = new FakeDataChannel();
  closed = 0;
  setLocalDescription: () => Promise<void> = async () => undefined;
  setRemoteDescription: () => Promise<void> = async () => undefined;
  createDataChannel(): DataChannel {
    return this.channel as unknown as DataChannel;
  }
  /** As of browsers: whoever closes hears nothing of it, and what was asked before has no answer. */
  close(): void {
    this.connectionState = 'closed';
    this.closed++;
  }
}

/** As a channel asks for it. */
export const asPeer = (peer: FakePeer): Peer => peer as unknown as Peer;
