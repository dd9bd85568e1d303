import type { Ingest, MirrorLimits, MirrorStore, StoredEvent } from '../mirroring/index.ts';
import type { Host } from '../pds/index.ts';
import type { Signer } from '../protocol/index.ts';
import type { FileBlobStore } from '../storage/sqlite/index.ts';
import type { Alerts } from './alerts/alerts.ts';
import type { Sender } from './alerts/sender.ts';
import type { DirectLines } from './direct-lines.ts';
import type { Followers } from './followers.ts';
import type { HostName, HostNames } from './host-names.ts';
import type { Identities } from './identity/identities.ts';
import type { Watcher } from './identity/watcher.ts';
import type { Codes } from './invitations.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Outlets } from './outlets.ts';
import type { Placing } from './placing.ts';
import type { MirrorSettings } from './settings.ts';
import type { Standbys } from './standby/standbys.ts';
import type { Switchboard } from './switchboard.ts';

/** What the methods of a mirror work with. */
export interface MirrorHost extends Host {
  /** The name by which it is asked. */
  readonly at: HostName;
  readonly names: HostNames;
  readonly placing: Pick<Placing, 'choose'>;
  /** By which the network is told. */
  readonly outlets: Pick<Outlets, 'all' | 'of'>;
  readonly version: string;
  readonly settings: MirrorSettings;
  readonly limits: MirrorLimits;
  readonly copies: MirrorStore;
  /** The blobs of the host, which can be put as well. */
  readonly blobs: FileBlobStore;
  readonly identities: Identities;
  readonly watcher: Pick<Watcher, 'soon' | 'told' | 'claimed'>;
  readonly ingest: Ingest;
  readonly codes: Pick<Codes, 'find'>;
  readonly alerts: Pick<Alerts, 'standing' | 'noPrimary'>;
  readonly sender: Pick<Sender, 'kinds' | 'test' | 'code'>;
  /** What browsers have to know to be told by this mirror: the public key that it shows to push services (base64url). */
  readonly pushKey: string;
  /** Signs receipts. */
  readonly signer: Signer;
  /** Tells those who listen of events that are durable. */
  readonly announce: (events: readonly StoredEvent[]) => void;
  readonly followers: Pick<Followers, 'follow'>;
  readonly switchboard: Pick<Switchboard, 'join' | 'call' | 'answer'>;
  readonly standbys: Pick<Standbys, 'followFor'>;
  /** Left out where it takes no direct connections. */
  readonly direct?: Pick<DirectLines, 'answer' | 'iceServers'>;
  readonly metrics: Metrics;
  readonly log: Log;
}
