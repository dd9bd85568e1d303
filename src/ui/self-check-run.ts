import { readJobMessage } from './job-messages.ts';
import { startJobs } from './jobs.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { JobError, Step } from './job-messages.ts';

/** Where the self-check stands. `steps` is empty until the worker has told them. */
export type RunState =
  | { readonly phase: 'idle' | 'running' | 'cancelled'; readonly steps: readonly Step[] }
  | { readonly phase: 'passed'; readonly steps: readonly Step[]; readonly ms: number }
  | { readonly phase: 'failed'; readonly steps: readonly Step[]; readonly error: JobError };

/** Runs the self-check in a worker and tells its host what changes. One run at a time; a new one replaces the old. */
export class SelfCheckRun implements ReactiveController {
  #host: ReactiveControllerHost;
  #worker: Worker | undefined;
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
      worker.addEventListener('message', ({ data }) => this.#hear(data));
      worker.addEventListener('messageerror', () => this.#fail('its answer could not be read'));
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        this.#fail(event.message || 'its script did not load');
      });
      worker.postMessage({ type: 'start', job: 'self-check' });
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** Ends the run at once. A worker that stores nothing can be stopped anywhere. */
  cancel(): void {
    if (this.#state.phase !== 'running') return;
    this.#stop();
    this.#become({ phase: 'cancelled', steps: this.#state.steps });
  }

  hostDisconnected(): void {
    this.cancel();
  }

  #hear(data: unknown): void {
    const message = readJobMessage(data);
    if (message === undefined) return this.#fail('it said something unknown');
    const { type, steps } = message;
    if (type === 'progress') return this.#become({ phase: 'running', steps });
    this.#stop();
    if (type === 'done') this.#become({ phase: 'passed', steps, ms: message.ms });
    else this.#become({ phase: 'failed', steps, error: message.error });
  }

  #fail(reason: string): void {
    this.#stop();
    const message = `The worker that runs the check stopped: ${reason}`;
    this.#become({ phase: 'failed', steps: this.#state.steps, error: { code: 'WorkerStopped', message, details: {} } });
  }

  #stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #become(state: RunState): void {
    this.#state = state;
    this.#host.requestUpdate();
  }
}
