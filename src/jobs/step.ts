import type { StepReport } from './messages.ts';

/** What a step has from the job it is part of. */
export interface StepContext {
  /** Aborted when nobody wants the result any more. */
  readonly signal: AbortSignal;
  /**
   * Says how far the step is, and lets the worker hear: until it does, no message to cancel reaches it.
   * @throws the reason of `signal`
   */
  progress(done: number, total: number): Promise<void>;
}

/** A part of a job. `run` throws what is wrong and returns what it saw, in a few words for the page. */
export interface Step {
  readonly id: string;
  readonly title: string;
  run(context: StepContext): Promise<string>;
}

/** Who listens to a job, and how it is ended early. */
export interface RunOptions {
  /** Called with all steps whenever one begins, moves on, or ends without passing. */
  readonly report: (steps: readonly StepReport[]) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs the steps one after another. They are given back once all have passed.
 * @throws what a step throws, which is then reported as failed; or the reason of `signal`, and then the step that was
 *   running is reported as one that was not run
 */
export async function runSteps(steps: readonly Step[], { report, signal }: RunOptions): Promise<readonly StepReport[]> {
  const reports: StepReport[] = steps.map(({ id, title }) => ({ id, title, state: 'waiting' }));
  for (const [index, step] of steps.entries()) {
    const { id, title } = step;
    const become = (state: Omit<StepReport, 'id' | 'title'>): void => {
      reports[index] = { id, title, ...state };
      report([...reports]);
    };
    const progress = async (done: number, total: number): Promise<void> => {
      become({ state: 'running', progress: Math.min(done / total, 1) });
      await macrotask();
      signal.throwIfAborted();
    };
    signal.throwIfAborted();
    become({ state: 'running' });
    const start = performance.now();
    try {
      const finding = await step.run({ signal, progress });
      signal.throwIfAborted();
      reports[index] = { id, title, state: 'passed', ms: performance.now() - start, finding };
    } catch (error) {
      become({ state: signal.aborted ? 'waiting' : 'failed' });
      throw error;
    }
  }
  return reports;
}

// Promises alone would keep the worker busy: messages come between tasks.
const macrotask = (): Promise<void> => new Promise((resolve) => {
  setTimeout(resolve);
});
