import { CID_SIZE, cidOf, isBlockOf, isCidAt } from '../../protocol/index.ts';
import type { Block } from '../../repo/index.ts';
import { bitsApart, withoutFlippedBit } from './one-bit.ts';
import { readSection, SECTION_HEADER, sectionSize } from './sections.ts';

/** A CID that differs from the one of its block by so few of its 288 bits was that one. */
const MOST_BITS = 8;

/** What a row of sections still holds. Blocks are views on the row, salvaged ones on bytes of their own. */
export interface Salvage {
  /** Sections that are what was stored, with the places where they begin. */
  readonly right: readonly (Block & { readonly offset: number })[];
  /** Blocks that are whole, or could be made whole, though their sections are not. */
  readonly salvaged: readonly Block[];
  /** Whether a part of the row is not what was stored. */
  readonly isDamaged: boolean;
}

/**
 * Reads a row that may be damaged: every hash is checked, and after a section that is not right, the next one that is right
 * is looked for.
 * @param mayTry whether to look for a single bit that was turned over, which may take half a second for each block
 */
export function salvage(row: Uint8Array, mayTry: () => boolean): Salvage {
  const right: (Block & { offset: number })[] = [];
  const salvaged: Block[] = [];
  let isDamaged = false;
  for (let offset = 0; offset < row.length;) {
    const block = rightAt(row, offset);
    if (block !== undefined) {
      right.push({ ...block, offset });
      offset += sectionSize(block);
      continue;
    }
    isDamaged = true;
    const end = nextRight(row, offset);
    const saved = savedFrom(row, offset, end, mayTry);
    if (saved !== undefined) salvaged.push(saved);
    offset = end;
  }
  return { right, salvaged, isDamaged };
}

function rightAt(row: Uint8Array, offset: number): Block | undefined {
  const block = readSection(row, offset);
  return block !== undefined && isBlockOf(block.cid, block.bytes) ? block : undefined;
}

function nextRight(row: Uint8Array, offset: number): number {
  let next = offset + SECTION_HEADER;
  while (next < row.length && !(isCidAt(row, next) && rightAt(row, next) !== undefined)) next++;
  return Math.min(next, row.length);
}

/** The one block between `offset` and `end`, whose CID, length or bytes are damaged. */
function savedFrom(row: Uint8Array, offset: number, end: number, mayTry: () => boolean): Block | undefined {
  const bytes = row.slice(offset + SECTION_HEADER, end);
  if (bytes.length === 0) return undefined;
  const cid = cidOf(bytes);
  if (bitsApart(cid.bytes, row.subarray(offset, offset + CID_SIZE)) <= MOST_BITS) return { cid, bytes };
  const named = readSection(row, offset)?.cid.detached();
  if (named === undefined || !mayTry()) return undefined;
  const mended = withoutFlippedBit(bytes, (tried) => isBlockOf(named, tried));
  return mended && { cid: named, bytes: mended };
}
