import { parseCid, parseTid } from '../../protocol/index.ts';
import type { lexicons } from '../../protocol/index.ts';
import type { CopyHead, MirrorLimits } from '../../mirroring/index.ts';
import { AHEAD_MS } from './hand-over.ts';

/** What a page does not tell of a mirror that was greeted. */
export const WITHOUT_LIMITS: MirrorLimits = { aheadMs: AHEAD_MS, blobBytes: 0, repoBytes: 0 };

/** A head from its JSON form. @throws InvalidSyntaxError, CidError */
export function readHead({ commit, rev, data }: lexicons.AppHoldfastMirrorDefs.Head): CopyHead {
  return { cid: parseCid(commit), rev: parseTid(rev), data: parseCid(data) };
}
