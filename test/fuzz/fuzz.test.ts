// A minute of fuzzing, and the proof that it would find something. `npm run fuzz` goes on for longer.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileNameOf, readCorpus } from './corpus.ts';
import { Desk } from './desk.ts';
import { fuzz, replayCommand } from './fuzz.ts';
import { Loop } from './loop.ts';
import { Disagreement, outcomeOf } from './target.ts';
import { targets } from './targets.ts';

const SEED = 1;
/** Of a processor, for each target. */
const SECONDS = 5;
const names = Object.keys(targets);

describe('the kept corpus', () => {
  for (const name of names) {
    it(`of ${name} is read as its files say`, async (t) => {
      const kept = [...readCorpus(name)];
      const wrong: string[] = [];
      for (const [file, input] of kept) {
        const outcome = fileNameOf(await outcomeOf(targets[name]!, input));
        if (outcome !== file) wrong.push(`${file} is now ${outcome}`);
      }
      assert.deepEqual(wrong, []);
      assert.ok(kept.length > 5, `${kept.length} inputs are kept`);
      t.diagnostic(`count: ${name} ${kept.length} outcomes kept`);
    });
  }
});

describe('the fuzzer', () => {
  it('makes the same inputs of the same seed', async () => {
    for (const target of ['cbor', 'car']) {
      const run = async (seed: number) => (await new Loop({ target, seed, seconds: 1_000, inputs: 500 }, new Desk()).run()).digest;
      const first = await run(1);
      assert.equal(await run(1), first);
      assert.notEqual(await run(2), first);
    }
  });

  for (const name of names) {
    it(`finds that a decoder accepts anything: ${name}`, async () => {
      const loop = new Loop({ target: `lenient-${name}`, seed: SEED, seconds: 60 }, new Desk());
      await assert.rejects(loop.run(), Disagreement);
    });
  }

  const faults: Readonly<Record<string, RegExp>> = {
    throws: /^RangeError/, hangs: /more than 2 seconds/, 'never-answers': /never answered/, 'fills-the-heap': /MB of memory/, 'fills-buffers': /MB of memory/,
  };
  for (const [target, reason] of Object.entries(faults)) {
    it(`finds a reader that ${target.replaceAll('-', ' ')}, and writes the input down`, async () => {
      const report = await fuzz({ target, seed: SEED, seconds: 60 });
      const { failure } = report;
      assert.ok(failure !== undefined, `${report.inputs} inputs found nothing`);
      assert.match(failure.reason, reason);
      assert.equal(replayCommand(report), `npm run fuzz -- --target ${target} --replay ${failure.file}`);
      const input = new Uint8Array(readFileSync(failure.file));
      rmSync(failure.file);
      assert.ok(input.length > 12, `${input.length} bytes were written down`);
    });
  }
});

describe('what comes from outside', { concurrency: 2 }, () => {
  for (const target of names) {
    it(`is refused, or is written again as it was read: ${target}`, async (t) => {
      const report = await fuzz({ target, seed: SEED, seconds: SECONDS });
      const { failure, inputs, found } = report;
      assert.equal(failure, undefined, failure === undefined ? '' : `${failure.reason}\n${replayCommand(report)}`);
      t.diagnostic(`count: ${target} ${inputs} inputs, ${found.size} outcomes`);
      assert.ok([...found.keys()].some((outcome) => outcome.startsWith('accepted')), 'nothing was accepted');
    });
  }
});
