// What travels, and what is kept in a file: frames, the conversation of house and mirror, recovery kits.
import { cidOf, datetimeFromMs, decodeCborAt, decodeFrame, encodeCbor, encodeErrorFrame, encodeFrame, formatDidKey, FrameError } from '../../src/protocol/index.ts';
import type { Frame, PublicKey } from '../../src/protocol/index.ts';
import { decodePasskeyCopy, encodePasskeyCopy, KeysError, Secret, wipeKit } from '../../src/keys/index.ts';
import type { Kit, KitKey, PasskeyCopy } from '../../src/keys/index.ts';
import { decodeKit, encodeKit } from '../../src/keys/kit-codec.ts';
import {
  ChannelError, decodeHouseMessage, decodeMirrorMessage, encodeHouseMessage, encodeMirrorMessage, signReceipt,
} from '../../src/mirroring/index.ts';
import type { HouseMessage, MirrorMessage } from '../../src/mirroring/index.ts';
import { DID, k256, p256 } from '../support/house.ts';
import { link, NULL } from '../vectors/refused/raw-cbor.ts';
import { right } from '../vectors/refused/message.ts';
import { assertPart, assertSame, textBytes } from './target.ts';
import type { Decoder, Target } from './target.ts';

const { cid, rev, data } = right.result.commit;
const blob = cidOf(Uint8Array.of(1), 'raw');
const time = datetimeFromMs(1_790_000_000_000);
const limits = { blobBytes: 1, repoBytes: 2, aheadMs: 3 };

const fromHouse: readonly HouseMessage[] = [
  { type: '#hello', did: DID, token: 'a.b.c', version: '1.0.0' },
  { type: '#commit', message: right.message },
  { type: '#offer', blobs: [blob] },
  { type: '#identity' },
  { type: '#answer', id: 'one', sdp: 'v=0', token: 'a.b.c' },
];

const fromMirror: readonly MirrorMessage[] = [
  { type: '#welcome', time, limits },
  { type: '#welcome', head: { cid, rev, data }, seq: 12, time, limits },
  { type: '#ack', receipt: await signReceipt(p256, { did: DID, commit: cid, rev, seq: 12 }, 1_790_000_000_000) },
  { type: '#reject', rev, code: 'StaleHead', message: 'No.', head: { cid, rev, data }, time },
  { type: '#want', blobs: [blob] },
  { type: '#noted' },
  { type: '#ring', id: 'one', sdp: 'v=0', token: 'a.b.c' },
];

const frames = [...fromHouse.map(encodeHouseMessage), ...fromMirror.map(encodeMirrorMessage)];
const tokens = [link(blob), NULL, encodeCbor({ op: 1, t: '#commit' }), encodeCbor({ op: -1 }), textBytes('dhead'), textBytes('cseq'), textBytes('atg#offer')];

/** Frames of event streams. */
export const frame = (decode: Decoder<Frame> = decodeFrame): Target => ({
  seeds: [...frames, encodeErrorFrame('FutureCursor', 'Too far.'), encodeErrorFrame('ConsumerTooSlow'), encodeFrame('#info', { name: 'x' })],
  tokens,
  refusals: [FrameError],
  read(input) {
    const found = decode(input);
    if (found.kind === 'unknown') return 'of another version';
    const written = found.kind === 'message' ? encodeFrame(found.type, found.body) : encodeErrorFrame(found.error, found.message);
    assertPartOfFrame(written, input, 'the frame');
    return found.kind;
  },
});

/** What a house and a mirror say to each other. */
export const talk = (decode: Decoder<HouseMessage> = decodeHouseMessage): Target => ({
  seeds: frames,
  tokens,
  refusals: [ChannelError],
  read(input) {
    try {
      return again(input, decode, encodeHouseMessage);
    } catch (refusal) {
      if (!(refusal instanceof ChannelError)) throw refusal;
      return again(input, decodeMirrorMessage, encodeMirrorMessage);
    }
  },
});

function again<Message extends { readonly type: string }>(
  input: Uint8Array, decode: Decoder<Message>, encode: (message: Message) => Uint8Array,
): string {
  const message = decode(input);
  assertPartOfFrame(encode(message), input, message.type);
  return message.type;
}

/** A frame may have fields that are not known; what is, is written as it was read. */
export function assertPartOfFrame(written: Uint8Array, input: Uint8Array, what: string): void {
  if (written.length === input.length) assertSame(written, input, `${what}, written again`);
  const [part, whole] = [written, input].map((bytes) => {
    const header = decodeCborAt(bytes, 0);
    return [header.value, decodeCborAt(bytes, header.end).value];
  });
  assertPart(part!, whole!, what);
}

const kitKey = (publicKey: PublicKey): KitKey => ({ publicKey, secret: new Secret(new Uint8Array(32).fill(7)) });
const bare: Kit = { did: DID, createdAt: time, recovery: kitKey(k256.publicKey), signing: kitKey(p256.publicKey) };

const copyOf = (size: number): PasskeyCopy => ({
  id: new Uint8Array(size).fill(5), createdAt: time, recoveryKey: formatDidKey(p256.publicKey), salt: new Uint8Array(32).fill(6), file: textBytes('age-encryption.org/v1\n'),
});

/** Copies of kits under a passkey, as a mirror gives them out. */
export const passkeyCopy = (decode: Decoder<PasskeyCopy> = decodePasskeyCopy): Target => ({
  seeds: [encodePasskeyCopy(copyOf(1)), encodePasskeyCopy(copyOf(1_023)), encodeCbor({ version: 1, ...copyOf(2), more: null })],
  tokens: [textBytes('gversion'), textBytes('dsalt'), textBytes('did:key:z'), Uint8Array.of(0xf6), Uint8Array.of(0x80)],
  refusals: [KeysError],
  read(input) {
    const found = decode(input);
    assertSame(encodePasskeyCopy(found), input, 'the copy, written again');
    return 'copy';
  },
});

/** Recovery kits, once they are open. */
export const kit = (decode: Decoder<Kit> = decodeKit): Target => ({
  seeds: [bare, { ...bare, mirror: 'https://mirror.example', genesis: Uint8Array.of(1, 2, 3), rev }].map(encodeKit),
  tokens: [textBytes('fhandlekexample.com'), textBytes('fmirror'), textBytes('gversion'), textBytes('did:key:z')],
  refusals: [KeysError],
  read(input) {
    const found = decode(input);
    const written = encodeKit(found);
    wipeKit(found);
    assertSame(written, input, 'the kit, written again');
    return Object.keys(found).length === 4 ? 'bare' : 'full';
  },
});
