// The limits of the machine under everything: what no implementation can be faster than here and now.
import { cpus } from 'node:os';
import { encodeCbor, generateP256Key, createP256Signer, sha256, validateCbor, verifySignature } from '../../src/protocol/index.ts';
import { Generator } from './generator.ts';

/** Lines to print beside the results. */
export async function machineLimits(): Promise<string[]> {
  const records = new Generator(3).items(5_000).map(({ record }) => encodeCbor(record));
  const bytes = records.reduce((sum, record) => sum + record.length, 0);
  const signer = await createP256Signer(await generateP256Key(false));
  const signature = await signer.sign(records[0]!);
  return [
    `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`,
    `SHA-256 of a record of ${Math.round(bytes / records.length)} B: ${await rate(records, (record) => sha256(record))} a second`,
    `canonical form of one checked: ${await rate(records, (record) => validateCbor(record))} a second`,
    `P-256 signature made: ${await rate(records.slice(0, 500), (record) => signer.sign(record))} a second`,
    `P-256 signature verified: ${await rate(records.slice(0, 500), () => verifySignature(signer.publicKey, records[0]!, signature))} a second`,
  ];
}

async function rate<Input>(inputs: readonly Input[], work: (input: Input) => unknown): Promise<string> {
  let best = 0;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    for (const input of inputs) {
      const result = work(input);
      if (result instanceof Promise) await result;
    }
    best = Math.max(best, inputs.length / (performance.now() - start));
  }
  return Math.round(best * 1000).toLocaleString('en');
}
