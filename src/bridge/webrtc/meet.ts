import { ChannelError } from '../../mirroring/index.ts';
import type { Channel } from '../../mirroring/index.ts';
import { channelOf } from './data-channel.ts';
import type { DataChannelOptions } from './data-channel.ts';
import type { DataChannel, Peer } from './peer.ts';
import { readSession, writeSession } from './session.ts';
import type { Session } from './session.ts';

/** How long a side looks for its own addresses, in milliseconds: those that it has by then are told. */
const GATHER_MS = 2_000;
/** How long they may take to find each other, in milliseconds. */
const OPEN_MS = 15_000;

const LABEL = 'holdfast';

export interface MeetOptions extends DataChannelOptions {
  /** Gives it up; closes the channel later. */
  readonly signal?: AbortSignal;
  readonly openMs?: number;
}

/** One side of a meeting: what it tells of itself, and the channel, when both have found each other. */
export interface Offering {
  readonly sdp: string;
  readonly session: Session;
  /**
   * Takes the answer. Only what is in it reaches the peer: its fingerprint was verified before.
   * @throws ChannelError Lost, where they do not find each other
   */
  accept(answer: Session): Promise<Channel>;
  /** Ends it, where no answer came. */
  giveUp(): void;
}

/**
 * Offers a channel.
 * @param peer a fresh one, which is closed with the channel, or where none comes of it
 * @throws ChannelError Lost, where this side has no address
 */
export async function offerChannel(peer: Peer, options: MeetOptions = {}): Promise<Offering> {
  const channel = peer.createDataChannel(LABEL, { ordered: true });
  const opened = openedOn(peer, channel, options);
  const sdp = await described(peer, options);
  return {
    sdp, session: readSession(sdp),
    async accept(answer) {
      await remote(peer, 'answer', answer);
      return opened.within();
    },
    giveUp: opened.giveUp,
  };
}

/**
 * Answers an offer whose fingerprint was verified.
 * @param peer as for `offerChannel`
 * @returns what to tell the other side; `channel` rejects with ChannelError Lost where they do not find each other
 */
export async function answerChannel(peer: Peer, offer: Session, options: MeetOptions = {}): Promise<{ readonly sdp: string; readonly session: Session; readonly channel: Promise<Channel> }> {
  const first = new Promise<DataChannel>((resolve) => {
    peer.addEventListener('datachannel', ({ channel }) => resolve(channel));
  });
  const opened = openedOn(peer, first, options);
  await remote(peer, 'offer', offer);
  const sdp = await described(peer, options);
  const channel = opened.within();
  // Whoever answers may not want to hear of it.
  channel.catch(() => undefined);
  return { sdp, session: readSession(sdp), channel };
}

async function remote(peer: Peer, type: 'offer' | 'answer', session: Session): Promise<void> {
  try {
    await peer.setRemoteDescription({ type, sdp: writeSession(session) });
  } catch (cause) {
    peer.close();
    throw new ChannelError('Lost', 'The connection did not open: this side makes nothing of what the other told of itself.', {}, cause);
  }
}

/** What this side tells of itself, with the addresses that it has found. */
async function described(peer: Peer, { signal }: MeetOptions): Promise<string> {
  await peer.setLocalDescription();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, GATHER_MS);
    const look = (): void => {
      if (peer.iceGatheringState !== 'complete' && signal?.aborted !== true) return;
      clearTimeout(timer);
      resolve();
    };
    peer.addEventListener('icegatheringstatechange', look);
    signal?.addEventListener('abort', look, { once: true });
    look();
  });
  const sdp = peer.localDescription?.sdp;
  if (sdp !== undefined && signal?.aborted !== true) return sdp;
  peer.close();
  throw notOpened();
}

interface Opening {
  /** The channel, if it opens in time. */
  within(): Promise<Channel>;
  giveUp(): void;
}

/** The channel is made in the event that opens it: what comes after that has somebody to hear it. */
function openedOn(peer: Peer, coming: DataChannel | Promise<DataChannel>, { signal, openMs = OPEN_MS, ...options }: MeetOptions): Opening {
  const { promise, resolve, reject } = Promise.withResolvers<Channel>();
  // Nobody may wait for it.
  promise.catch(() => undefined);
  let isDone = false;
  const giveUp = (): void => {
    if (isDone) return;
    isDone = true;
    peer.close();
    reject(notOpened());
  };
  const open = (channel: DataChannel): void => {
    if (isDone) return;
    isDone = true;
    const made = channelOf(peer, channel, options);
    signal?.addEventListener('abort', () => made.close(), { once: true });
    resolve(made);
  };
  const expect = (channel: DataChannel): void => {
    if (channel.readyState === 'open') return open(channel);
    channel.addEventListener('open', () => open(channel));
    channel.addEventListener('close', giveUp);
  };
  if (coming instanceof Promise) void coming.then(expect);
  else expect(coming);
  signal?.addEventListener('abort', giveUp, { once: true });
  peer.addEventListener('connectionstatechange', () => {
    if (peer.connectionState === 'failed' || peer.connectionState === 'closed') giveUp();
  });
  return {
    giveUp,
    within() {
      const timer = setTimeout(giveUp, openMs);
      return promise.finally(() => clearTimeout(timer));
    },
  };
}

function notOpened(): ChannelError {
  return new ChannelError('Lost', 'The connection did not open.');
}
