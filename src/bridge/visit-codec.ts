import { ChannelError } from '../mirroring/index.ts';
import { decodeFrame, encodeFrame, FrameError, isCidText } from '../protocol/index.ts';

/** What two houses say to each other (`app.holdfast.house.visit`). */
export type VisitMessage =
  | { readonly type: '#get'; readonly method: 'getRepo' }
  | { readonly type: '#get'; readonly method: 'getBlob'; readonly cid: string }
  | { readonly type: '#part'; readonly bytes: Uint8Array }
  | { readonly type: '#end'; readonly isWhole: boolean; readonly mimeType?: string };

/** So many bytes go into one `#part`, and one at least: without them it could go on without end. */
export const MOST_PART = 256 * 1024;

export function encodeVisit(message: VisitMessage): Uint8Array {
  const { type, ...body } = message;
  return encodeFrame(type, body);
}

const isMimeType = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,127}\/[\x20-\x7e]{1,127}$/.test(value);

/** @throws ChannelError BadFrame */
export function decodeVisit(frame: Uint8Array): VisitMessage {
  try {
    const found = decodeFrame(frame);
    if (found.kind === 'message') {
      const { type, body: { method, cid, bytes, isWhole, mimeType } } = found;
      if (type === '#get' && method === 'getRepo') return { type, method };
      if (type === '#get' && method === 'getBlob' && typeof cid === 'string' && isCidText(cid)) return { type, method, cid };
      if (type === '#part' && bytes instanceof Uint8Array && bytes.length > 0 && bytes.length <= MOST_PART) return { type, bytes };
      if (type === '#end' && typeof isWhole === 'boolean') return { type, isWhole, ...(isMimeType(mimeType) && { mimeType }) };
    }
  } catch (cause) {
    if (!(cause instanceof FrameError)) throw cause;
  }
  throw new ChannelError('BadFrame', 'A frame is no message between two houses.');
}
