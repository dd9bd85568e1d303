// Readers with a known fault: the fuzzer is worth something only while it finds each.
import { CborError, decodeCbor, decodeFrame, encodeCbor } from '../../src/protocol/index.ts';
import { decodePasskeyCopy } from '../../src/keys/index.ts';
import { decodeKit } from '../../src/keys/kit-codec.ts';
import { decodeCommitBody, decodeHouseMessage } from '../../src/mirroring/index.ts';
import { decodeVisit } from '../../src/bridge/visit-codec.ts';
import { readCar } from '../../src/repo/index.ts';
import { backup, readBackup } from './backup-target.ts';
import { cbor, json, node, readJson, readNode } from './block-targets.ts';
import { readSdp, sdp, visit } from './direct-targets.ts';
import { car, commit } from './repository-targets.ts';
import { frame, kit, passkeyCopy, talk } from './talk-targets.ts';
import type { Decoder, Target } from './target.ts';

/** The target with a decoder that refuses nothing: what it cannot read it takes for something that it can. */
function lenient<Read>(make: (decode?: Decoder<Read>) => Target, decode: Decoder<Read>): Target {
  const [right] = make().seeds;
  return make((input) => {
    try {
      return decode(input);
    } catch {
      return decode(right!);
    }
  });
}

const base = { seeds: [encodeCbor({ a: 1, b: [1, 2, 3] })], tokens: [], refusals: [CborError] } as const;

/** A target that reads short inputs well, and does this to the others. */
function spoilt(fault: () => unknown): Target {
  return {
    ...base,
    read(input) {
      if (input.length > 12) fault();
      return 'short';
    },
  };
}

/** The faults that are looked for, one each. */
export const planted: Readonly<Record<string, Target>> = {
  'lenient-car': lenient(car, readCar),
  'lenient-cbor': lenient(cbor, decodeCbor),
  'lenient-node': lenient(node, readNode),
  'lenient-commit': lenient(commit, decodeCommitBody),
  'lenient-frame': lenient(frame, decodeFrame),
  'lenient-json': lenient(json, readJson),
  'lenient-talk': lenient(talk, decodeHouseMessage),
  'lenient-kit': lenient(kit, decodeKit),
  'lenient-passkey-copy': lenient(passkeyCopy, decodePasskeyCopy),
  'lenient-sdp': lenient(sdp, readSdp),
  'lenient-visit': lenient(visit, decodeVisit),
  'lenient-backup': backup((input) => readBackup(input).catch(() => input)),
  throws: spoilt(() => {
    throw new RangeError('Invalid array length');
  }),
  hangs: spoilt(() => {
    for (;;);
  }),
  'never-answers': { ...base, read: (input) => (input.length > 12 ? new Promise<string>(() => undefined) : 'short') },
  'fills-the-heap': spoilt(() => {
    for (const held: number[][] = []; ;) held.push(new Array<number>(100_000).fill(held.length));
  }),
  'fills-buffers': spoilt(() => new Uint8Array(250_000_000).fill(1)),
};
