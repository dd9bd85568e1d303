// The limits of the machine under everything: what no implementation can be faster than here and now.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCbor, generateP256Key, createP256Signer, sha256, validateCbor, verifySignature } from '../../src/protocol/index.ts';
import { Generator } from './generator.ts';

const ROUNDS = 5;

/** What was measured beside everything else. */
export interface Machine {
  /** Lines to print. */
  readonly lines: readonly string[];
  /** Milliseconds of one P-256 verification. */
  readonly verifyMs: number;
}

export async function measureMachine(): Promise<Machine> {
  const records = new Generator(3).items(5_000).map(({ record }) => encodeCbor(record));
  const bytes = records.reduce((sum, record) => sum + record.length, 0);
  const signer = await createP256Signer(await generateP256Key(false));
  const signature = await signer.sign(records[0]!);
  const some = records.slice(0, 500);
  const verifyMs = await least(some, () => verifySignature(signer.publicKey, records[0]!, signature));
  return {
    verifyMs,
    lines: [
      `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(1)}, Node ${process.versions.node}`,
      `SHA-256 of a record of ${Math.round(bytes / records.length)} B: ${rate(await least(records, (record) => sha256(record)))}`,
      `canonical form of one checked: ${rate(await least(records, (record) => validateCbor(record)))}`,
      `P-256 signature made: ${rate(await least(some, (record) => signer.sign(record)))}`,
      `P-256 signature verified: ${rate(verifyMs)}`,
      `fsync of 4 KiB: ${rate(fsyncMs())}`,
    ],
  };
}

/** Lines to print beside the results. */
export async function machineLimits(): Promise<readonly string[]> {
  return (await measureMachine()).lines;
}

/** Milliseconds that it takes to hash all of these. */
export async function hashMs(parts: readonly Uint8Array[]): Promise<number> {
  return (await least(parts, (part) => sha256(part))) * parts.length;
}

/** Milliseconds for one input, in the best of some rounds. */
async function least<Input>(inputs: readonly Input[], work: (input: Input) => unknown): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (const input of inputs) {
      const result = work(input);
      if (result instanceof Promise) await result;
    }
    best = Math.min(best, (performance.now() - start) / inputs.length);
  }
  return best;
}

function fsyncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-fsync-'));
  const file = openSync(join(folder, 'file'), 'w');
  const start = performance.now();
  for (let round = 0; round < 100; round++) {
    writeSync(file, Buffer.alloc(4_096));
    fsyncSync(file);
  }
  const each = (performance.now() - start) / 100;
  closeSync(file);
  rmSync(folder, { recursive: true });
  return each;
}

function rate(ms: number): string {
  return `${Math.round(1000 / ms).toLocaleString('en')} a second`;
}
