import { readJobMessage } from '../../job-messages.ts';
import { startJobs } from '../../start-jobs.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { JobError, Step } from '../../job-messages.ts';

/** How long a worker may take to end its job by itself, in milliseconds, before it is ended. */
const GRACE = 1_000;

/** Where the self-check stands. `steps` is empty until the worker has told them. */
export type RunState =
  | { readonly phase: 'idle' | 'running' | 'cancelling' | 'cancelled'; readonly steps: readonly Step[] }
  | { readonly phase: 'passed'; readonly steps: readonly Step[]; readonly ms: number }
  | { readonly phase: 'failed'; readonly steps: readonly Step[]; readonly error: JobError };

/** Runs the self-check in a worker and tells its host what changes. One run at a time; a new one replaces the old. */
export class SelfCheckRun implements ReactiveController {
  #host: ReactiveControllerHost;
  #worker: Worker | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #state: RunState = { phase: 'idle', steps: [] };

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get state(): RunState {
    return this.#state;
  }

  start(): void {
    this.#stop();
    this.#become({ phase: 'running', steps: [] });
    try {
      const worker = startJobs();
      this.#worker = worker;
      // What an ended worker had sent may still come.
      const listen = (type: 'message' | 'messageerror' | 'error', hear: (event: Event) => void): void =>
        worker.addEventListener(type, (event) => worker === this.#worker && hear(event));
      listen('message', (event) => this.#hear((event as MessageEvent<unknown>).data));
      listen('messageerror', () => this.#fail('its answer could not be read'));
      listen('error', (event) => {
        event.preventDefault();
        this.#fail((event as ErrorEvent).message || 'its script did not load');
      });
      worker.postMessage({ type: 'start', job: 'self-check' });
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** Asks the worker to end the run, and ends the worker if it does not. */
  cancel(): void {
    if (this.#state.phase !== 'running') return;
    this.#become({ phase: 'cancelling', steps: this.#state.steps });
    this.#worker?.postMessage({ type: 'cancel' });
    this.#grace = setTimeout(() => this.#end(), GRACE);
  }

  /** Ends the run at once: a worker that stores nothing can be stopped anywhere. */
  hostDisconnected(): void {
    if (isUnderWay(this.#state)) this.#end();
  }

  #end(): void {
    this.#stop();
    this.#become({ phase: 'cancelled', steps: this.#state.steps });
  }

  #hear(data: unknown): void {
    const message = readJobMessage(data);
    if (message === undefined) return this.#fail('it said something unknown');
    const { steps } = message;
    if (message.type === 'progress') {
      // What was on its way when the run was cancelled does not set it going again.
      return this.#become({ phase: this.#state.phase === 'cancelling' ? 'cancelling' : 'running', steps });
    }
    this.#stop();
    if (message.type === 'done') this.#become({ phase: 'passed', steps, ms: message.ms });
    else if (message.type === 'failed') this.#become({ phase: 'failed', steps, error: message.error });
    else this.#become({ phase: 'cancelled', steps });
  }

  #fail(reason: string): void {
    this.#stop();
    const message = `The worker that runs the check stopped: ${reason}`;
    this.#become({ phase: 'failed', steps: this.#state.steps, error: { code: 'WorkerStopped', message, details: {} } });
  }

  #stop(): void {
    clearTimeout(this.#grace);
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #become(state: RunState): void {
    this.#state = state;
    this.#host.requestUpdate();
  }
}

/** Whether the worker is at it. */
export function isUnderWay({ phase }: RunState): boolean {
  return phase === 'running' || phase === 'cancelling';
}
