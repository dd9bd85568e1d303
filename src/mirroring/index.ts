export { decodeHouseMessage, decodeMirrorMessage, encodeHouseMessage, encodeMirrorMessage } from './codec.ts';
export { decodeCommitBody, encodeCommitBody } from './commit-body.ts';
export { accountEvent, commitEvent, eventFrame, identityEvent, syncEvent } from './events.ts';
export { Firehose } from './firehose.ts';
export type { FirehoseOptions, FirehoseSink } from './firehose.ts';
export { channelOver, FrameQueue } from './frame-queue.ts';
export { HouseConversation } from './house-conversation.ts';
export type { ConversationState, HouseConversationOptions } from './house-conversation.ts';
export type { Ending } from './house-talk.ts';
export { Ingest } from './ingest.ts';
export type { HandedOver, IngestOptions } from './ingest-options.ts';
export { keepTalking } from './keep-talking.ts';
export type { KeepTalkingOptions } from './keep-talking.ts';
export type { HouseMessage, MirrorLimits, MirrorMessage } from './messages.ts';
export { MirrorConversation } from './mirror-conversation.ts';
export type { MirrorConversationOptions } from './mirror-conversation.ts';
export { MirrorRefusal } from './mirror-refusal.ts';
export type { MirrorFault } from './mirror-refusal.ts';
export { ChannelError } from './ports/channel.ts';
export type { Channel, ChannelFault } from './ports/channel.ts';
export type { HouseDesk, MirrorDesk, NextStep, Outgoing, SigningKeys } from './ports/desks.ts';
export type { EventLog, EventType, NewEvent, StoredEvent } from './ports/event-log.ts';
export { MirrorStoreError } from './ports/mirror-store.ts';
export type {
  CopyAccount, CopyChange, CopyDetails, CopyHead, CopyStatus, CopyWriter, MirrorStore, MirrorStoreFault,
} from './ports/mirror-store.ts';
export { isReceiptOf, signReceipt } from './receipt.ts';
export type { Receipt, ReceiptFields } from './receipt.ts';
export type { Timers } from './timers.ts';
