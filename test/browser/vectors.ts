import { equal, ok } from './assert.ts';

const FOLDER = '/test/vectors';

async function text(path: string): Promise<string> {
  const response = await fetch(`${FOLDER}/${path}`);
  ok(response.ok, `${path}: HTTP ${response.status}`);
  return response.text();
}

/** The value of a JSON file of the vectors; its shape is for the caller to know. */
export async function vectorJson<Shape>(path: string): Promise<Shape> {
  return JSON.parse(await text(path)) as Shape;
}

/** The lines of a vector file that are cases, spaces and all: some cases are about spaces. */
export async function vectorLines(path: string): Promise<string[]> {
  return (await text(path)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** Fails unless as many cases were run as are recorded for the suite, which Node runs too. */
export async function checkCount(suite: string, count: number): Promise<void> {
  const recorded = (await vectorJson<Record<string, number>>('counts.json'))[suite];
  ok(recorded !== undefined && recorded > 0, `${suite} has no recorded count`);
  equal(count, recorded);
}

/** The bytes of base64 text, with or without padding. */
export function fromBase64(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The bytes of hexadecimal text. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
