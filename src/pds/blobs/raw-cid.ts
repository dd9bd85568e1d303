import { CID_SIZE, readCid } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';

/** What a CID of raw bytes begins with: version 1, raw, SHA-256, 32 bytes. */
const PREFIX = [0x01, 0x55, 0x12, 0x20];

/** The CID of a blob. WebCrypto hashes it, so that nothing else waits for the last of 50 MB. */
export async function rawCid(blob: Uint8Array<ArrayBuffer>): Promise<Cid> {
  const bytes = new Uint8Array(CID_SIZE);
  bytes.set(PREFIX);
  bytes.set(new Uint8Array(await crypto.subtle.digest('SHA-256', blob)), PREFIX.length);
  return readCid(bytes);
}
