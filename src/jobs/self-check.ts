import { checkCbor, checkCids } from './steps/blocks.ts';
import { checkHashing } from './steps/hashing.ts';
import { checkSigning } from './steps/signing.ts';
import type { StepReport } from './messages.ts';

/** A part of the self-check. `run` throws what is wrong and returns what it saw, in a few words for the page. */
export interface CheckStep {
  readonly id: string;
  readonly title: string;
  run(): Promise<string>;
}

/** Everything that is checked, in this order. To check more, add a line. */
export const SELF_CHECK: readonly CheckStep[] = [
  { id: 'hashing', title: 'Hash bytes with SHA-256', run: checkHashing },
  { id: 'cbor', title: 'Write and read DAG-CBOR', run: checkCbor },
  { id: 'cids', title: 'Name blocks by their CID', run: checkCids },
  { id: 'signing', title: 'Make a key that cannot be copied, and sign with it', run: checkSigning },
];

/**
 * Runs the steps one after another and calls `report` with all of them whenever one begins or ends.
 * @throws what a step throws; that step is then reported as failed and none after it is run
 */
export async function runSteps(
  steps: readonly CheckStep[],
  report: (steps: readonly StepReport[]) => void,
): Promise<readonly StepReport[]> {
  const reports: StepReport[] = steps.map(({ id, title }) => ({ id, title, state: 'waiting' }));
  for (const [index, { id, title, run }] of steps.entries()) {
    reports[index] = { id, title, state: 'running' };
    report([...reports]);
    const start = performance.now();
    try {
      const finding = await run();
      reports[index] = { id, title, state: 'passed', ms: performance.now() - start, finding };
    } catch (error) {
      reports[index] = { id, title, state: 'failed' };
      report([...reports]);
      throw error;
    }
  }
  return reports;
}
