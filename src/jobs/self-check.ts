import { checkCbor, checkCids } from './steps/blocks.ts';
import { EngineCheck } from './steps/engine.ts';
import { checkHashing } from './steps/hashing.ts';
import { checkSigning } from './steps/signing.ts';
import { checkVerifying } from './steps/verifying.ts';
import type { Step } from './step.ts';

/** Everything that is checked, in this order, for one run. To check more, add a line. */
export function selfCheckSteps(): readonly Step[] {
  const engine = new EngineCheck();
  return [
    { id: 'hashing', title: 'Hash bytes with SHA-256', run: checkHashing },
    { id: 'cbor', title: 'Write and read DAG-CBOR', run: checkCbor },
    { id: 'cids', title: 'Name blocks by their CID', run: checkCids },
    { id: 'signing', title: 'Make a key that cannot be copied, and sign with it', run: checkSigning },
    { id: 'verifying', title: 'Verify signatures of both curves', run: checkVerifying },
    { id: 'build', title: 'Write and sign a repository', run: (context) => engine.build(context) },
    { id: 'commit', title: 'Change it, and verify the change by undoing it', run: () => engine.change() },
    { id: 'export', title: 'Export it as a CAR file', run: (context) => engine.export(context) },
    { id: 'verify', title: 'Verify the CAR file, block by block', run: (context) => engine.verify(context) },
    { id: 'prove', title: 'Prove one record, and that another is not there', run: () => engine.prove() },
    { id: 'tamper', title: 'Refuse the CAR file with one byte changed', run: (context) => engine.tamper(context) },
  ];
}
