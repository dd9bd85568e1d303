import { getPreferences } from './app/bsky/actor/get-preferences.ts';
import { putPreferences } from './app/bsky/actor/put-preferences.ts';
import { describeAccount } from './app/holdfast/account/describe.ts';
import { listAccounts } from './app/holdfast/account/list.ts';
import { removeAccount } from './app/holdfast/account/remove.ts';
import { listActivity } from './app/holdfast/activity/list.ts';
import { subscribeEvents } from './app/holdfast/events/subscribe.ts';
import { addMirrorStandby } from './app/holdfast/bridge/add-standby.ts';
import { askMirrorStandbys } from './app/holdfast/bridge/ask-standbys.ts';
import { describeBridge } from './app/holdfast/bridge/describe.ts';
import { getMirrorAlerts } from './app/holdfast/bridge/get-alerts.ts';
import { greetMirror } from './app/holdfast/bridge/greet.ts';
import { handOverRepository } from './app/holdfast/bridge/hand-over.ts';
import { sayHello } from './app/holdfast/bridge/hello.ts';
import { leaveMirror } from './app/holdfast/bridge/leave.ts';
import { fetchMirrorBlobs } from './app/holdfast/bridge/fetch-blobs.ts';
import { listOutbox } from './app/holdfast/bridge/list-outbox.ts';
import { lookAround } from './app/holdfast/bridge/look.ts';
import { pairMirror } from './app/holdfast/bridge/pair.ts';
import { previewMirror } from './app/holdfast/bridge/preview.ts';
import { hearRefusal } from './app/holdfast/bridge/refused.ts';
import { sendMirrorBlobs } from './app/holdfast/bridge/send-blobs.ts';
import { takeHouseCopy } from './app/holdfast/bridge/take-copy.ts';
import { readNotice } from './app/holdfast/bridge/read-notice.ts';
import { removeMirrorStandby } from './app/holdfast/bridge/remove-standby.ts';
import { setMirrorAlerts } from './app/holdfast/bridge/set-alerts.ts';
import { setPaused } from './app/holdfast/bridge/set-paused.ts';
import { settleReceipt } from './app/holdfast/bridge/settle.ts';
import { getChange } from './app/holdfast/history/get.ts';
import { setHistoryLimit } from './app/holdfast/history/set-limit.ts';
import { undoChange } from './app/holdfast/history/undo.ts';
import { describeHouse } from './app/holdfast/house/describe.ts';
import { listJobs } from './app/holdfast/job/list.ts';
import { newPassphrase } from './app/holdfast/kit/generate-passphrase.ts';
import { getKit } from './app/holdfast/kit/get.ts';
import { resolveHandle } from './com/atproto/identity/resolve-handle.ts';
import { applyWrites } from './com/atproto/repo/apply-writes.ts';
import { createRecord } from './com/atproto/repo/create-record.ts';
import { deleteRecord } from './com/atproto/repo/delete-record.ts';
import { describeRepo } from './com/atproto/repo/describe-repo.ts';
import { getRecord } from './com/atproto/repo/get-record.ts';
import { listRecords } from './com/atproto/repo/list-records.ts';
import { listMissingBlobs } from './com/atproto/repo/list-missing-blobs.ts';
import { putRecord } from './com/atproto/repo/put-record.ts';
import { uploadBlob } from './com/atproto/repo/upload-blob.ts';
import { describeServer } from './com/atproto/server/describe-server.ts';
import { getBlob } from './com/atproto/sync/get-blob.ts';
import { getBlocks } from './com/atproto/sync/get-blocks.ts';
import { getLatestCommit } from './com/atproto/sync/get-latest-commit.ts';
import { getRecordProof } from './com/atproto/sync/get-record.ts';
import { getRepoStatus } from './com/atproto/sync/get-repo-status.ts';
import { getRepo } from './com/atproto/sync/get-repo.ts';
import { listBlobs } from './com/atproto/sync/list-blobs.ts';
import type { Host } from './host.ts';
import type { Method } from './xrpc/method.ts';

/** What every server answers, a house or a mirror: it reads. */
export const READ_METHODS: readonly Method<Host>[] = [
  resolveHandle, describeServer,
  describeRepo, getRecord, listRecords,
  getBlob, getBlocks, getLatestCommit, getRecordProof, getRepoStatus, getRepo, listBlobs,
];

/** What the house answers, beside `KIT_METHODS`. */
export const HOUSE_METHODS: readonly Method[] = [
  ...READ_METHODS,
  describeAccount, listAccounts, removeAccount, listActivity, subscribeEvents, describeHouse, listJobs,
  newPassphrase, getKit,
  getChange, undoChange, setHistoryLimit,
  previewMirror, pairMirror, leaveMirror, sendMirrorBlobs,
  describeBridge, listOutbox, sayHello, greetMirror, settleReceipt, hearRefusal, handOverRepository, setPaused, readNotice, lookAround,
  addMirrorStandby, removeMirrorStandby, askMirrorStandbys, getMirrorAlerts, setMirrorAlerts,
  takeHouseCopy, fetchMirrorBlobs,
  getPreferences, putPreferences,
  applyWrites, createRecord, deleteRecord, putRecord, uploadBlob, listMissingBlobs,
];
