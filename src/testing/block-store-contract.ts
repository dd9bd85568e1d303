import { cidOf } from '../protocol/index.ts';
import type { Block, BlockStore } from '../repo/index.ts';

/** One promise of a port: `run` throws where the adapter does not keep it. */
export interface ContractCase<Port> {
  readonly name: string;
  run(port: Port): Promise<void>;
}

/** What every adapter of `BlockStore` promises. Each case wants an empty store of its own. */
export const blockStoreContract: readonly ContractCase<BlockStore>[] = [
  {
    name: 'gives back what was put, in the order asked for',
    async run(store) {
      const [a, b, c] = blocks(3);
      await store.apply({ put: [a!, b!, c!] });
      same(await store.read([c!.cid, a!.cid, b!.cid]), [c!, a!, b!]);
    },
  },
  {
    name: 'says where it has no block, beside those it has',
    async run(store) {
      const [a, b] = blocks(2);
      await store.apply({ put: [a!] });
      same(await store.read([b!.cid, a!.cid]), [undefined, a!]);
      same(await store.read([]), []);
    },
  },
  {
    name: 'gives a block twice when it is asked for twice',
    async run(store) {
      const [a] = blocks(1);
      await store.apply({ put: [a!, a!] });
      same(await store.read([a!.cid, a!.cid]), [a!, a!]);
    },
  },
  {
    name: 'tells a raw block from a DAG-CBOR block of the same bytes',
    async run(store) {
      const bytes = Uint8Array.of(0xa0);
      const raw = { cid: cidOf(bytes, 'raw'), bytes };
      await store.apply({ put: [raw] });
      same(await store.read([cidOf(bytes), raw.cid]), [undefined, raw]);
    },
  },
  {
    name: 'removes, and removing or putting again changes nothing',
    async run(store) {
      const [a, b] = blocks(2);
      await store.apply({ put: [a!, b!] });
      await store.apply({ remove: [a!.cid] });
      await store.apply({ put: [b!], remove: [a!.cid] });
      same(await store.read([a!.cid, b!.cid]), [undefined, b!]);
    },
  },
  {
    name: 'keeps a block that one change both removes and puts',
    async run(store) {
      const [a] = blocks(1);
      await store.apply({ put: [a!], remove: [a!.cid] });
      await store.apply({ put: [a!], remove: [a!.cid] });
      same(await store.read([a!.cid]), [a!]);
    },
  },
  {
    name: 'does nothing of a change that fails half-way',
    async run(store) {
      const [a, b, c] = blocks(3);
      await store.apply({ put: [a!] });
      const broken = (function* (): Generator<Block> {
        yield b!;
        throw new Error('planted');
      })();
      let failed = false;
      await store.apply({ put: broken, remove: [a!.cid] }).catch(() => (failed = true));
      if (!failed) throw new Error('a change that could not be read was taken');
      same(await store.read([a!.cid, b!.cid, c!.cid]), [a!, undefined, undefined]);
    },
  },
  {
    name: 'keeps its own copy of the bytes it is given',
    async run(store) {
      const [a] = blocks(1);
      const lent = Uint8Array.of(9, 9, ...a!.bytes, 9);
      await store.apply({ put: [{ cid: a!.cid, bytes: lent.subarray(2, -1) }] });
      lent.fill(0);
      same(await store.read([a!.cid]), [a!]);
    },
  },
  {
    name: 'takes ten thousand blocks at once, of one byte to 64 KiB and more',
    async run(store) {
      const many = [...blocks(10_000), ...[65_535, 65_536, 200_000].map((size) => blockOf(new Uint8Array(size).fill(size % 251)))];
      await store.apply({ put: many });
      const asked = many.filter((_, index) => index % 97 === 0 || index >= 10_000);
      same(await store.read(asked.map(({ cid }) => cid)), asked);
    },
  },
];

function blocks(count: number): Block[] {
  return Array.from({ length: count }, (_, index) => blockOf(new TextEncoder().encode(`block ${index}`)));
}

function blockOf(bytes: Uint8Array): Block {
  return { cid: cidOf(bytes), bytes };
}

function same(actual: readonly (Uint8Array | undefined)[], expected: readonly (Block | undefined)[]): void {
  if (actual.length !== expected.length) throw new Error(`gave ${actual.length} blocks for ${expected.length}`);
  expected.forEach((block, index) => {
    const bytes = actual[index];
    const equal = bytes === undefined || block === undefined
      ? bytes === block
      : bytes.length === block.bytes.length && bytes.every((byte, at) => byte === block.bytes[at]);
    if (!equal) throw new Error(`block ${index} is not the one that was put`);
  });
}
