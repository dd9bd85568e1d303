const STEP_STATES = ['waiting', 'running', 'passed', 'failed'] as const;

/** One step of a job, as the page shows it. */
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly state: (typeof STEP_STATES)[number];
  /** From 0 to 1, while it is running and knows how far it is. */
  readonly progress?: number;
  /** How long it took, in milliseconds, once it has passed. */
  readonly ms?: number;
  /** What it saw, in a few words, once it has passed. */
  readonly finding?: string;
}

/** What went wrong in a job: `code` for programs, `message` for the reader. */
export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly details: object;
}

/** What a job says. */
export type JobMessage =
  | { readonly type: 'progress' | 'cancelled'; readonly steps: readonly Step[] }
  | { readonly type: 'done'; readonly steps: readonly Step[]; readonly ms: number }
  | { readonly type: 'failed'; readonly steps: readonly Step[]; readonly error: JobError };

/** Reads what came over the port of a worker; undefined when it is no message of a job. */
export function readJobMessage(data: unknown): JobMessage | undefined {
  if (!isRecord(data) || !Array.isArray(data.steps) || !data.steps.every(isStep)) return undefined;
  const { type, ms, error } = data;
  const steps: readonly Step[] = data.steps;
  if (type === 'progress' || type === 'cancelled') return { type, steps };
  if (type === 'done' && typeof ms === 'number') return { type, steps, ms };
  if (type === 'failed' && isJobError(error)) return { type, steps, error };
  return undefined;
}

function isStep(value: unknown): value is Step {
  return (
    isRecord(value) &&
    typeof value.id === 'string' &&
    typeof value.title === 'string' &&
    STEP_STATES.some((state) => state === value.state) &&
    (value.progress === undefined || (typeof value.progress === 'number' && value.progress >= 0 && value.progress <= 1)) &&
    (value.ms === undefined || typeof value.ms === 'number') &&
    (value.finding === undefined || typeof value.finding === 'string')
  );
}

function isJobError(value: unknown): value is JobError {
  return (
    isRecord(value) && typeof value.code === 'string' && typeof value.message === 'string' && isRecord(value.details)
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
