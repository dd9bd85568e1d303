/** What a page may ask for. A worker does one job. */
export interface StartMessage {
  readonly type: 'start';
  readonly job: 'self-check';
}

/** Asks the job to end as soon as it can; it answers with `cancelled`, or with what it had just come to. */
export interface CancelMessage {
  readonly type: 'cancel';
}

export type StepState = 'waiting' | 'running' | 'passed' | 'failed';

/** One step of a job, as far as it has come. */
export interface StepReport {
  readonly id: string;
  readonly title: string;
  readonly state: StepState;
  /** From 0 to 1, of a running step that knows how far it is. */
  readonly progress?: number;
  /** How long it took, once it has passed. */
  readonly ms?: number;
  /** What it saw, in a few words, once it has passed. */
  readonly finding?: string;
}

/** An error as it crosses a port: Error objects lose their fields there. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** What the page hears. Every message carries all steps, so that none depends on an earlier one. */
export type JobMessage =
  | { readonly type: 'progress'; readonly steps: readonly StepReport[] }
  | { readonly type: 'done'; readonly steps: readonly StepReport[]; readonly ms: number }
  | { readonly type: 'cancelled'; readonly steps: readonly StepReport[] }
  | { readonly type: 'failed'; readonly steps: readonly StepReport[]; readonly error: ErrorReport };
