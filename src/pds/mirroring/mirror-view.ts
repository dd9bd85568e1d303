import type { House } from '../house.ts';
import type { PairedMirror } from '../ports/paired-mirror.ts';
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
  readonly handle?: string;
  readonly acked?: { readonly commit: string; readonly rev: string; readonly seq: number; readonly time: string };
  readonly alarm?: { readonly code: string; readonly message: string; readonly time: string; readonly rev?: string };
  readonly notice?: { readonly code: string; readonly message: string; readonly time: string; readonly rev?: string };
  readonly clockAheadMs?: number;
  readonly missingBlobs?: number;
  readonly resend?: boolean;
  readonly usage?: PairedMirror['usage'];
  readonly relay?: { readonly url: string; readonly rev?: string; readonly time: string };
}

/** The mirror of an account as the lexicon has it. */
export async function mirrorView({ store }: Pick<House, 'store'>, { did, mirror }: PairedAccount): Promise<MirrorView> {
  const { commits, bytes } = await store.outboxSize(did);
  const { url, mirrorDid, key, pairedAt, handle, acknowledged, alarm, notice, clockAheadMs, missingBlobs, reader, resend, usage } = mirror;
  return {
    did, url, mirrorDid, key, pairedAt, state: stateOf(mirror), waiting: commits, waitingBytes: bytes,
    ...(handle !== undefined && { handle }),
    ...(acknowledged !== undefined && {
      acked: { commit: acknowledged.commit.toString(), rev: acknowledged.rev, seq: acknowledged.seq, time: acknowledged.time },
    }),
    ...(alarm !== undefined && { alarm }), ...(notice !== undefined && { notice }), ...(clockAheadMs !== undefined && { clockAheadMs }),
    ...(missingBlobs !== undefined && { missingBlobs }), ...(reader !== undefined && { relay: reader }), ...(resend === true && { resend }),
    ...(usage !== undefined && { usage }),
  };
}

function stateOf({ state, alarm, isPaused }: PairedMirror): MirrorView['state'] {
  if (alarm !== undefined) return 'alarm';
  return isPaused ? 'paused' : state;
}
