export type { DataChannelOptions } from './data-channel.ts';
export { answerChannel, offerChannel } from './meet.ts';
export type { MeetOptions, Offering } from './meet.ts';
export type { Peer } from './peer.ts';
export { MAX_SDP_LENGTH, MeetingError } from './session.ts';
export type { Candidate, MeetingFault, Session } from './session.ts';
export { readOffer, signVow, verifyAnswer, verifyOffer, verifyVow } from './vows.ts';
export type { SignedSession } from './vows.ts';
