/** What a page may ask for. */
export interface StartMessage {
  readonly type: 'start';
  readonly job: 'self-check';
}

export type StepState = 'waiting' | 'running' | 'passed' | 'failed';

/** One step of a job, as far as it has come. `ms` and `finding` are there once it has ended well. */
export interface StepReport {
  readonly id: string;
  readonly title: string;
  readonly state: StepState;
  readonly ms?: number;
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
  | { readonly type: 'failed'; readonly steps: readonly StepReport[]; readonly error: ErrorReport };
