/** What a channel asks of an `RTCDataChannel`: those of browsers have it, and those of `node-datachannel/polyfill`. */
export interface DataChannel {
  binaryType: string;
  readonly readyState: string;
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'open' | 'close' | 'error' | 'bufferedamountlow', listener: () => void): void;
}

interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

/** What is asked of an `RTCPeerConnection`. */
export interface Peer {
  readonly connectionState: string;
  readonly iceGatheringState: string;
  readonly localDescription: { readonly sdp: string } | null;
  createDataChannel(label: string, options: { readonly ordered: boolean }): DataChannel;
  /** Of browsers: makes the offer, or the answer, and takes it. Of Node: that is done already. */
  setLocalDescription(): Promise<void>;
  setRemoteDescription(description: Description): Promise<void>;
  close(): void;
  addEventListener(type: 'icegatheringstatechange' | 'connectionstatechange', listener: () => void): void;
  addEventListener(type: 'datachannel', listener: (event: { readonly channel: DataChannel }) => void): void;
}
