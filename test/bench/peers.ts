import { createReadStream } from 'node:fs';
import { atcute } from './atcute.ts';
import { holdfast, verifyStream } from './holdfast.ts';
import type { Peer } from './peer.ts';
import { reference } from './reference.ts';

/** Who is measured; the first is who the others are compared with. */
export const peers: readonly Peer[] = [
  { ...holdfast, verifyFile: (path) => verifyStream(createReadStream(path)) }, reference, atcute,
];

/** @throws Error for a name that is none */
export function peerNamed(name: string): Peer {
  const peer = peers.find((one) => one.name === name);
  if (peer === undefined) throw new Error(`There is no peer ${name}.`);
  return peer;
}
