import type { Cid } from '../protocol/index.ts';
import type { Block, BlockReader } from '../repo/index.ts';
import { StoreError } from '../pds/index.ts';
import type { StoreFault } from '../pds/index.ts';

/** Fails the case with the message, unless the condition holds. */
export function check(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** The same plain value: compared as JSON, in which a CID is its text. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value, plain));
  check(is === should, `${what}: expected ${should}, got ${is}`);
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Map) return { map: [...value] };
  // The order of fields says nothing.
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** That `work` rejects with this fault. */
export async function refused(work: Promise<unknown>, fault: StoreFault): Promise<void> {
  const outcome = await work.then(() => 'nothing', (error: unknown) => (error instanceof StoreError ? error.code : String(error)));
  check(outcome === fault, `expected ${fault}, got ${outcome}`);
}

/** That a reader has all of these blocks, byte for byte, and as views too where it gives such. */
export async function has(reader: BlockReader, blocks: readonly Block[], what: string): Promise<void> {
  const cids = blocks.map(({ cid }) => cid);
  compare(await reader.read(cids), blocks, what);
  if (reader.view !== undefined) compare(await reader.view(cids), blocks, `${what}, as views`);
}

function compare(found: readonly (Uint8Array | undefined)[], blocks: readonly Block[], what: string): void {
  check(found.length === blocks.length, `${what}: ${found.length} answers for ${blocks.length} blocks`);
  blocks.forEach(({ bytes }, index) => {
    const is = found[index];
    check(is !== undefined, `${what}: block ${index} of ${blocks.length} is missing`);
    check(is.length === bytes.length && is.every((byte, at) => byte === bytes[at]), `${what}: block ${index} has other bytes`);
  });
}

/** That a reader has none of these. */
export async function lacks(reader: BlockReader, cids: readonly Cid[], what: string): Promise<void> {
  for (const found of [await reader.read(cids), await reader.view?.(cids) ?? cids.map(() => undefined)]) {
    check(found.length === cids.length && found.every((bytes) => bytes === undefined), `${what}: a block is there`);
  }
}
