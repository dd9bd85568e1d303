import { CID_SIZE, isCidAt, readCid } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import type { Block } from '../../repo/index.ts';
import type { OwnBytes } from './schema.ts';

/** A section is CID, length of the block in four bytes, block. Rows are sections one after the other. */
export const SECTION_HEADER = CID_SIZE + 4;

export function sectionSize({ bytes }: Block): number {
  return SECTION_HEADER + bytes.length;
}

/** Writes a section at `offset`; there has to be room. */
export function writeSection(row: Uint8Array, offset: number, { cid, bytes }: Block): void {
  row.set(cid.bytes, offset);
  new DataView(row.buffer, row.byteOffset).setUint32(offset + CID_SIZE, bytes.length);
  row.set(bytes, offset + SECTION_HEADER);
}

/** A row of these blocks. */
export function packSections(blocks: readonly Block[]): OwnBytes {
  const row = new Uint8Array(blocks.reduce((sum, block) => sum + sectionSize(block), 0));
  let offset = 0;
  for (const block of blocks) {
    writeSection(row, offset, block);
    offset += sectionSize(block);
  }
  return row;
}

/** The block at `offset` as views on the row; undefined where no section can be. */
export function readSection(row: Uint8Array, offset: number): Block | undefined {
  if (row.length - offset < SECTION_HEADER || !isCidAt(row, offset)) return undefined;
  const length = new DataView(row.buffer, row.byteOffset).getUint32(offset + CID_SIZE);
  const start = offset + SECTION_HEADER;
  if (length > row.length - start) return undefined;
  return { cid: readCid(row, offset), bytes: row.subarray(start, start + length) };
}

/** All blocks of a row as views on it; undefined when it is no row of sections. */
export function readSections(row: Uint8Array): readonly Block[] | undefined {
  const blocks: Block[] = [];
  for (let offset = 0; offset < row.length;) {
    const block = readSection(row, offset);
    if (block === undefined) return undefined;
    blocks.push(block);
    offset += sectionSize(block);
  }
  return blocks;
}

/** CIDs one after the other. */
export function packCids(cids: readonly Cid[]): OwnBytes {
  const bytes = new Uint8Array(cids.length * CID_SIZE);
  cids.forEach((cid, index) => bytes.set(cid.bytes, index * CID_SIZE));
  return bytes;
}

export function readCids(bytes: Uint8Array): readonly Cid[] {
  return Array.from({ length: Math.floor(bytes.length / CID_SIZE) }, (_, index) => readCid(bytes, index * CID_SIZE));
}
