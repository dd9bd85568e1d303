import { ChannelError } from '../../mirroring/index.ts';
import type { Channel } from '../../mirroring/index.ts';
import { channelOf } from './data-channel.ts';
import type { DataChannelOptions } from './data-channel.ts';
import type { DataChannel, Peer } from './peer.ts';
import { readSession, writeSession } from './session.ts';
import type { Session } from './session.ts';

/**
 * How long a side looks for its own addresses, in milliseconds: those that it has by then are told. A server that is silent costs both
 * sides so much, and whoever calls another house does not wait for long.
 */
const GATHER_MS = 500;
/** How long they may take to find each other, in milliseconds. */
const OPEN_MS = 15_000;

const LABEL = 'holdfast';

export interface MeetOptions extends DataChannelOptions {
  readonly openMs?: number;
}

/** One side of a meeting. */
interface Side {
  /** What it tells of itself. */
  readonly sdp: string;
  readonly session: Session;
  /** Ends it, where nothing came of it. */
  giveUp(): void;
}

/** The side that offers. */
export interface Offering extends Side {
  /**
   * Takes the answer. Only what is in it reaches the peer: its fingerprint was verified before.
   * @throws ChannelError Lost, where they do not find each other
   */
  accept(answer: Session): Promise<Channel>;
}

/** The side that answers. */
export interface Answering extends Side {
  /** Rejects with ChannelError Lost, where they do not find each other. */
  readonly channel: Promise<Channel>;
}

/**
 * Offers a channel.
 * @param peer a fresh one, which is closed with the channel, or where none comes of it
 * @throws ChannelError Lost, where this side cannot say how it is found
 */
export function offerChannel(peer: Peer, options: MeetOptions = {}): Promise<Offering> {
  const opening = openingOf(peer, options);
  return unlessLost(opening, async () => {
    opening.expect(peer.createDataChannel(LABEL, { ordered: true }));
    const side = await described(peer);
    return {
      ...side, giveUp: opening.giveUp,
      async accept(answer) {
        await unlessLost(opening, () => remote(peer, 'answer', answer));
        return opening.within();
      },
    };
  });
}

/**
 * Answers an offer whose fingerprint was verified.
 * @param peer as for `offerChannel`
 * @throws ChannelError Lost, where nothing can be made of the offer, or this side cannot say how it is found
 */
export function answerChannel(peer: Peer, offer: Session, options: MeetOptions = {}): Promise<Answering> {
  const opening = openingOf(peer, options);
  return unlessLost(opening, async () => {
    peer.addEventListener('datachannel', ({ channel }) => opening.expect(channel));
    await remote(peer, 'offer', offer);
    const side = await described(peer);
    return { ...side, giveUp: opening.giveUp, channel: opening.within() };
  });
}

/** What fails leaves nothing open; and a peer that was closed meanwhile answers nothing that it was asked before. */
async function unlessLost<Result>(opening: Opening, work: () => Promise<Result>): Promise<Result> {
  try {
    return await Promise.race([work(), opening.lost]);
  } catch (error) {
    opening.giveUp();
    throw error instanceof ChannelError ? error : notOpened(error);
  }
}

async function remote(peer: Peer, type: 'offer' | 'answer', session: Session): Promise<void> {
  try {
    await peer.setRemoteDescription({ type, sdp: writeSession(session) });
  } catch (cause) {
    throw new ChannelError('Lost', 'The connection did not open: this side makes nothing of what the other told of itself.', {}, cause);
  }
}

/** What this side tells of itself, with the addresses that it has found. */
async function described(peer: Peer): Promise<Pick<Side, 'sdp' | 'session'>> {
  await peer.setLocalDescription();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, GATHER_MS);
    const look = (): void => {
      if (peer.iceGatheringState !== 'complete') return;
      clearTimeout(timer);
      resolve();
    };
    peer.addEventListener('icegatheringstatechange', look);
    look();
  });
  const sdp = peer.localDescription?.sdp;
  if (sdp === undefined) throw notOpened();
  return { sdp, session: readSession(sdp) };
}

interface Opening {
  /** The data channel of which the channel is made. */
  expect(channel: DataChannel): void;
  /** The channel, if it opens in time. */
  within(): Promise<Channel>;
  /** Rejects when it is given up. */
  readonly lost: Promise<never>;
  giveUp(): void;
}

/** The channel is made in the event that opens it: what comes after that has somebody to hear it. */
function openingOf(peer: Peer, { openMs = OPEN_MS, ...options }: MeetOptions): Opening {
  const { signal } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Channel>();
  const lost = new Promise<never>((_, lose) => void promise.catch(lose));
  // Nobody may wait for it.
  lost.catch(() => undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDone = false;
  /** Only the first end counts. A signal outlives its peers, and would keep them. */
  const end = (settle: () => void): void => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
    settle();
  };
  const giveUp = (): void => end(() => {
    peer.close();
    reject(notOpened());
  });
  const open = (channel: DataChannel): void => end(() => resolve(channelOf(peer, channel, options)));
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted === true) giveUp();
  peer.addEventListener('connectionstatechange', () => {
    if (peer.connectionState === 'failed' || peer.connectionState === 'closed') giveUp();
  });
  return {
    lost, giveUp,
    expect(channel) {
      if (channel.readyState === 'open') return open(channel);
      channel.addEventListener('open', () => open(channel));
      channel.addEventListener('close', giveUp);
    },
    within() {
      if (!isDone) timer = setTimeout(giveUp, openMs);
      return promise;
    },
  };
}

function notOpened(cause?: unknown): ChannelError {
  return new ChannelError('Lost', 'The connection did not open.', {}, cause);
}
