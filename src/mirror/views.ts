import type { CopyHead, Receipt } from '../mirroring/index.ts';
import { toJson } from '../protocol/index.ts';

/** `app.holdfast.mirror.defs#head` */
export function headView({ cid, rev, data }: CopyHead): { readonly commit: string; readonly rev: string; readonly data: string } {
  return { commit: cid.toString(), rev, data: data.toString() };
}

/** `app.holdfast.mirror.defs#receipt` */
export function receiptView({ did, commit, rev, seq, time, sig }: Receipt) {
  return { did, commit: commit.toString(), rev, seq, time, sig: toJson(sig) as { readonly $bytes: string } };
}
