import { setTimeout as pause } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { succeed } from './house.ts';
import { find } from './page.ts';
import type { Page } from 'puppeteer-core';

export const POST = 'app.bsky.feed.post';

/** A post as it is written by hand. */
export const postOf = (text: string) => ({ $type: POST, text, createdAt: '2026-11-25T00:00:00.000Z' });

const DIGITS = '234567abcdefghijklmnopqrstuvwxyz';

/** A record key of a post: a TID, in the order of the index. */
export function keyOf(index: number): string {
  let digits = '';
  for (let rest = index, place = 0; place < 9; place++, rest = Math.floor(rest / 32)) digits = (DIGITS[rest % 32] ?? '') + digits;
  return `3lbb${digits}`;
}

/** What an element shows, its shadow roots too, spaces in one. */
export async function shown(page: Page, selector: string): Promise<string> {
  const element = await find(page, selector);
  return element.evaluate((root) => {
    const words: string[] = [];
    const look = (node: Node): void => {
      if (node.nodeType === Node.TEXT_NODE) words.push(node.textContent ?? '');
      if (node instanceof HTMLElement && (node.localName === 'style' || getComputedStyle(node).display === 'none')) return;
      const inside = node instanceof Element && node.shadowRoot ? node.shadowRoot : node;
      if (node instanceof HTMLSlotElement && node.assignedNodes().length > 0) node.assignedNodes().forEach(look);
      else inside.childNodes.forEach(look);
    };
    look(root);
    return words.join(' ').replaceAll(/\s+/g, ' ').trim();
  });
}

/** Waits until an element shows what is expected. */
export async function shows(page: Page, selector: string, expected: RegExp): Promise<string> {
  let text = '';
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await pause(50)) {
    text = await shown(page, selector);
    if (expected.test(text)) return text;
  }
  throw new Error(`${selector} shows “${text}”, not ${expected}`);
}

/** Writes posts, 200 in one commit. The last one has the newest key. */
export async function writePosts(page: Page, did: string, count: number, textOf = (index: number) => `Post ${index}`): Promise<string[]> {
  const rkeys = Array.from({ length: count }, (_, index) => keyOf(index));
  for (let at = 0; at < count; at += 200) {
    const writes = rkeys.slice(at, at + 200).map((rkey, index) => ({
      $type: 'com.atproto.repo.applyWrites#create', collection: POST, rkey, value: postOf(textOf(at + index)),
    }));
    await succeed(page, 'com.atproto.repo.applyWrites', { input: { repo: did, writes, validate: false }, requestId: crypto.randomUUID() });
  }
  return rkeys;
}

/** A record of the house. */
export async function recordOf(page: Page, did: string, collection: string, rkey: string): Promise<Record<string, unknown>> {
  const { value } = await succeed(page, 'com.atproto.repo.getRecord', { params: { repo: did, collection, rkey } });
  return value as Record<string, unknown>;
}

/** The posts of an account, newest first. */
export async function postsOf(page: Page, did: string): Promise<{ uri: string; cid: string; value: Record<string, unknown> }[]> {
  const { records } = await succeed(page, 'com.atproto.repo.listRecords', { params: { repo: did, collection: POST, limit: '100' } });
  return records as { uri: string; cid: string; value: Record<string, unknown> }[];
}

/** The bytes of a blob as the house keeps them. */
export async function blobBytes(page: Page, did: string, cid: string): Promise<Buffer> {
  const base64 = await page.evaluate(async (query) => {
    const worker = navigator.serviceWorker.controller;
    if (worker === null) throw new Error('the page is not controlled');
    const capability = await new Promise<string>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', ({ data }) => resolve(String(data)), { once: true });
      port1.start();
      worker.postMessage({ type: 'capability' }, [port2]);
    });
    const response = await fetch(`/xrpc/com.atproto.sync.getBlob?${query}`, { headers: { 'holdfast-capability': capability } });
    if (!response.ok) throw new Error(await response.text());
    const bytes = new Uint8Array(await response.arrayBuffer());
    let text = '';
    for (const byte of bytes) text += String.fromCodePoint(byte);
    return btoa(text);
  }, new URLSearchParams({ did, cid }).toString());
  return Buffer.from(base64, 'base64');
}

/** Puts a text in the place of everything that is in the editor. */
export async function typeJson(page: Page, text: string): Promise<void> {
  const content = await find(page, '.cm-content');
  await content.focus();
  await page.keyboard.down('Control');
  await page.keyboard.press('KeyA');
  await page.keyboard.up('Control');
  // Firefox takes one key after the other.
  if (!/firefox/i.test(await page.browser().version())) await page.keyboard.sendCharacter(text);
  else await page.keyboard.type(text);
}

/** A JPEG of the browser's own, with an Exif block that says where it was taken. */
export async function photo(page: Page, width: number, height: number, secret: string): Promise<Buffer> {
  const base64 = await page.evaluate(async (width, height) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no canvas');
    const gradient = context.createLinearGradient(0, 0, width, height);
    gradient.addColorStop(0, 'teal');
    gradient.addColorStop(1, 'gold');
    context.fillStyle = gradient;
    context.fillRect(0, 0, width, height);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    let text = '';
    for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCodePoint(byte);
    return btoa(text);
  }, width, height);
  const jpeg = Buffer.from(base64, 'base64');
  const exif = Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\u0008GPSLatitude ', 'latin1'), Buffer.from(secret, 'latin1')]);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xff_e1, 0);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

/** A PNG of one colour, with a text in it that tells something. */
export function png(width: number, height: number, secret: string): Buffer {
  const row = Buffer.alloc(1 + width * 3, 0x40);
  row[0] = 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header), chunk('tEXt', Buffer.from(`Location\0${secret}`, 'latin1')), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(checksum(body));
  return Buffer.concat([length, body, sum]);
}

/** CRC-32, as PNG has it. */
function checksum(bytes: Buffer): number {
  let crc = 0xff_ff_ff_ff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0xed_b8_83_20 : 0);
  }
  return (crc ^ 0xff_ff_ff_ff) >>> 0;
}
