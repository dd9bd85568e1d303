import { READ_METHODS } from '../pds/index.ts';
import type { Method } from '../pds/index.ts';
import { activate } from './app/holdfast/mirror/activate.ts';
import { callHouse } from './app/holdfast/mirror/call.ts';
import { connect } from './app/holdfast/mirror/connect.ts';
import { describeMirror } from './app/holdfast/mirror/describe.ts';
import { enroll } from './app/holdfast/mirror/enroll.ts';
import { follow } from './app/holdfast/mirror/follow.ts';
import { getAlerts } from './app/holdfast/mirror/get-alerts.ts';
import { getTerms } from './app/holdfast/mirror/get-terms.ts';
import { getBlobOffset } from './app/holdfast/mirror/get-blob-offset.ts';
import { getUsage } from './app/holdfast/mirror/get-usage.ts';
import { getKits } from './app/holdfast/mirror/get-kits.ts';
import { leave } from './app/holdfast/mirror/leave.ts';
import { listCommits } from './app/holdfast/mirror/list-commits.ts';
import { listMissingBlobs } from './app/holdfast/mirror/list-missing-blobs.ts';
import { putBlob } from './app/holdfast/mirror/put-blob.ts';
import { putBlobPart } from './app/holdfast/mirror/put-blob-part.ts';
import { putKit } from './app/holdfast/mirror/put-kit.ts';
import { putRepo } from './app/holdfast/mirror/put-repo.ts';
import { removeKit } from './app/holdfast/mirror/remove-kit.ts';
import { setAlerts } from './app/holdfast/mirror/set-alerts.ts';
import { watch } from './app/holdfast/mirror/watch.ts';
import { listRepos } from './com/atproto/sync/list-repos.ts';
import type { MirrorHost } from './mirror-host.ts';

/** What a mirror answers, beside its streams. */
export const METHODS: readonly Method<MirrorHost>[] = [
  ...READ_METHODS, listRepos,
  describeMirror, getTerms, enroll, putRepo, putBlob, putBlobPart, getBlobOffset, listMissingBlobs, activate, watch, getUsage, putKit, removeKit, getKits, getAlerts, setAlerts, leave, connect, callHouse, follow, listCommits,
];
