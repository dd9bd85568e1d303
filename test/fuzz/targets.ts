import { backup } from './backup-target.ts';
import { cbor, json, node } from './block-targets.ts';
import { planted } from './planted.ts';
import { sdp, visit } from './direct-targets.ts';
import { car, commit } from './repository-targets.ts';
import { frame, kit, passkeyCopy, talk } from './talk-targets.ts';
import type { Target } from './target.ts';

/** What is fuzzed, by name. */
export const targets: Readonly<Record<string, Target>> = {
  car: car(), cbor: cbor(), node: node(), commit: commit(), frame: frame(), json: json(), talk: talk(), kit: kit(), 'passkey-copy': passkeyCopy(), backup: backup(), sdp: sdp(), visit: visit(),
};

/** @throws Error for a name that is none */
export function targetOf(name: string): Target {
  const target = targets[name] ?? planted[name];
  if (target === undefined) throw new Error(`There is no target ${name}.`);
  return target;
}
