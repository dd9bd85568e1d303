import { wordsToCompare } from '../../mirroring/index.ts';
import type { House } from '../house.ts';
import type { PairedMirror, Standby } from '../ports/paired-mirror.ts';
import type { PairedAccount } from './paired.ts';

/** `app.holdfast.bridge.defs#mirror` */
export interface MirrorView {
  readonly did: string;
  readonly url: string;
  readonly mirrorDid: string;
  readonly key: string;
  readonly state: 'pairing' | 'active' | 'paused' | 'alarm';
  readonly pairedAt: string;
  readonly waiting: number;
  readonly waitingBytes: number;
  readonly words?: readonly string[];
  readonly from?: string;
  readonly handle?: string;
  readonly acked?: { readonly commit: string; readonly rev: string; readonly seq: number; readonly time: string };
  readonly alarm?: { readonly code: string; readonly message: string; readonly time: string; readonly rev?: string };
  readonly notice?: { readonly code: string; readonly message: string; readonly time: string; readonly rev?: string };
  readonly withheld?: MirrorView['notice'];
  readonly clockAheadMs?: number;
  readonly missingBlobs?: number;
  readonly resend?: boolean;
  readonly usage?: PairedMirror['usage'];
  readonly standbys?: readonly StandbyView[];
  readonly relay?: { readonly url: string; readonly rev?: string; readonly time: string };
}

/** `app.holdfast.bridge.defs#standby` */
interface StandbyView {
  readonly url: string;
  readonly mirrorDid: string;
  readonly addedAt: string;
  readonly state: 'new' | 'same' | 'behind' | 'silent';
  readonly rev?: string;
  readonly time?: string;
  readonly missingBlobs?: number;
  readonly trouble?: string;
  readonly usage?: Standby['usage'];
}

/** The mirror of an account as the lexicon has it. */
export async function mirrorView({ store }: Pick<House, 'store'>, { did, signingKey, mirror }: PairedAccount): Promise<MirrorView> {
  const { commits, bytes } = await store.outboxSize(did);
  const { url, mirrorDid, key, pairedAt, handle, acknowledged, alarm, withheld, notice = withheld, clockAheadMs, missingBlobs, reader, resend, usage, standbys, from } = mirror;
  return {
    did, url, mirrorDid, key, pairedAt, state: stateOf(mirror), waiting: commits, waitingBytes: bytes,
    // Before that the operator has none, or those of the key before.
    ...(mirror.state === 'active' && resend !== true && { words: wordsToCompare({ did, signingKey, mirrorDid, mirrorKey: key }) }),
    ...(from !== undefined && { from: from.url }), ...(handle !== undefined && { handle }),
    // While it is paired with a standby, that is what the mirror before has confirmed.
    ...(acknowledged !== undefined && mirror.state === 'active' && {
      acked: { commit: acknowledged.commit.toString(), rev: acknowledged.rev, seq: acknowledged.seq, time: acknowledged.time },
    }),
    ...(alarm !== undefined && { alarm }), ...(notice !== undefined && { notice }), ...(withheld !== undefined && withheld !== notice && { withheld }), ...(clockAheadMs !== undefined && { clockAheadMs }),
    ...(missingBlobs !== undefined && { missingBlobs }), ...(reader !== undefined && { relay: readerView(reader) }), ...(resend === true && { resend }),
    ...(usage !== undefined && { usage }), ...(standbys !== undefined && { standbys: standbys.map((standby) => standbyView(standby, acknowledged?.rev)) }),
  };
}

function readerView({ url, rev, time }: NonNullable<PairedMirror['reader']>): NonNullable<MirrorView['relay']> {
  return { url, time, ...(rev !== undefined && { rev }) };
}

function standbyView({ url, mirrorDid, addedAt, held, trouble, usage }: Standby, confirmed: string | undefined): StandbyView {
  const isSame = held !== undefined && confirmed !== undefined && held.rev >= confirmed && held.missingBlobs === 0;
  return {
    url, mirrorDid, addedAt, state: trouble !== undefined ? 'silent' : held === undefined ? 'new' : isSame ? 'same' : 'behind',
    ...held, ...(trouble !== undefined && { trouble }), ...(usage !== undefined && { usage }),
  };
}

function stateOf({ state, alarm, isPaused }: PairedMirror): MirrorView['state'] {
  if (alarm !== undefined) return 'alarm';
  return isPaused ? 'paused' : state;
}
