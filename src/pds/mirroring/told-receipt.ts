import { fromJson, isDatetime, isDid, isTid, parseCid, parseDidKey } from '../../protocol/index.ts';
import type { lexicons } from '../../protocol/index.ts';
import { isReceiptOf } from '../../mirroring/index.ts';
import type { Receipt } from '../../mirroring/index.ts';

/** A receipt from its JSON form, if it is one that the key has signed. */
export async function verifiedReceipt(key: string, told: lexicons.AppHoldfastMirrorDefs.Receipt): Promise<Receipt | undefined> {
  const receipt = readReceipt(told);
  return receipt !== undefined && await isReceiptOf(parseDidKey(key), receipt) ? receipt : undefined;
}

/** A receipt from its JSON form; whose it is has to be looked at. Undefined for what is none. */
export function readReceipt({ did, commit, rev, seq, time, sig }: lexicons.AppHoldfastMirrorDefs.Receipt): Receipt | undefined {
  if (!isDid(did) || !isTid(rev) || !isDatetime(time)) return undefined;
  try {
    const bytes = fromJson(sig);
    return bytes instanceof Uint8Array ? { did, commit: parseCid(commit), rev, seq, time, sig: bytes } : undefined;
  } catch {
    return undefined;
  }
}
