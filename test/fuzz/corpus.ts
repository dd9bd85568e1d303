// The kept corpus: for each target and each outcome one short input, named by what becomes of it.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = (target: string): URL => new URL(`corpus/${target}/`, import.meta.url);

/** The file name of an outcome, without its ending. */
export function fileNameOf(outcome: string): string {
  return outcome.replaceAll(/[^A-Za-z0-9]+/g, '-');
}

/** The kept inputs of a target, by the name of their outcome. */
export function readCorpus(target: string): ReadonlyMap<string, Uint8Array> {
  if (!existsSync(folder(target))) return new Map();
  const names = readdirSync(folder(target)).filter((name) => name.endsWith('.bin')).toSorted();
  return new Map(names.map((name) => [name.slice(0, -4), new Uint8Array(readFileSync(new URL(name, folder(target))))]));
}

/** Keeps inputs whose outcomes are new, and shorter ones; gives the names of those that are new. */
export function keep(target: string, found: ReadonlyMap<string, Uint8Array>): string[] {
  const kept = readCorpus(target);
  mkdirSync(folder(target), { recursive: true });
  const fresh: string[] = [];
  for (const [outcome, input] of found) {
    const name = fileNameOf(outcome);
    const before = kept.get(name);
    if (before !== undefined && before.length <= input.length) continue;
    writeFileSync(new URL(`${name}.bin`, folder(target)), input);
    if (before === undefined) fresh.push(outcome);
  }
  return fresh;
}
