import { readdirSync, readFileSync } from 'node:fs';

/** The bytes of a file of this folder. */
export function vectorBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(encodeURI(path), import.meta.url)));
}

/** The value of a JSON file of this folder; its shape is for the caller to know. */
export function vectorJson<Shape>(path: string): Shape {
  return JSON.parse(new TextDecoder().decode(vectorBytes(path))) as Shape;
}

/** The lines of a text file of this folder that are not empty or comments. White space at their ends is kept. */
export function vectorLines(path: string): string[] {
  const lines = new TextDecoder().decode(vectorBytes(path)).split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

/** The names of the files of a folder of this folder, in order. */
export function vectorNames(path: string): string[] {
  return readdirSync(new URL(`${path}/`, import.meta.url)).sort();
}
