import { datetimeFromMs, encodeCbor, verifySignature } from '../protocol/index.ts';
import type { Cid, Datetime, Did, PublicKey, Signer, Tid } from '../protocol/index.ts';

/** What a receipt says: the mirror holds this commit, durably, as event `seq` of its firehose. */
export interface ReceiptFields {
  readonly did: Did;
  readonly commit: Cid;
  readonly rev: Tid;
  readonly seq: number;
  readonly time: Datetime;
}

/** A receipt (`app.holdfast.mirror.defs#receipt`): signed, so that a house can show later what its mirror held. */
export interface Receipt extends ReceiptFields {
  readonly sig: Uint8Array;
}

/** @param time milliseconds since 1970 */
export async function signReceipt(signer: Signer, fields: Omit<ReceiptFields, 'time'>, time: number): Promise<Receipt> {
  const { did, commit, rev, seq } = fields;
  const told = { did, commit, rev, seq, time: datetimeFromMs(time) };
  return { ...told, sig: await signer.sign(signedBytes(told)) };
}

/** Whether the receipt is signed by the key; what it says is for the reader to compare. */
export async function isReceiptOf(key: PublicKey, receipt: Receipt): Promise<boolean> {
  return verifySignature(key, signedBytes(receipt), receipt.sig);
}

function signedBytes({ did, commit, rev, seq, time }: ReceiptFields): Uint8Array {
  return encodeCbor({ $type: 'app.holdfast.mirror.defs#receipt', did, commit: commit.toString(), rev, seq, time });
}
