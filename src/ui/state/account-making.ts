import { house } from '../house/client.ts';
import { houseEvents } from '../house/feed.ts';
import { HouseError } from '../house/house-error.ts';
import { JobFailure } from '../jobs/job-types.ts';
import { callKit } from '../jobs/kit.ts';
import { accountStore } from './account-store.ts';
import { rememberPassphrase } from './kit-memory.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { DrawnPassphrase } from './kit-memory.ts';

/** The steps of making an account, in their order, as the house names them. */
export const MAKING_STEPS = ['keys', 'genesis', 'repository', 'commit', 'kit', 'store'] as const;

/** A step by its name. */
export type MakingStep = (typeof MAKING_STEPS)[number];

/** How far one step is; `ms` is how long it took. */
export interface StepState {
  readonly state: 'waiting' | 'running' | 'done';
  readonly ms?: number;
}

/** Where the making stands. */
export type Making =
  | { readonly phase: 'idle' | 'making' }
  | { readonly phase: 'made'; readonly did: string }
  /** `isUnsure`: the answer was lost, and with it whether there is an account now. */
  | { readonly phase: 'failed'; readonly error: unknown; readonly isUnsure: boolean };

type Name = { readonly handle: string } | { readonly domain: string };

/** Makes one account and tells its host of every step. */
export class AccountMaking implements ReactiveController {
  #host: ReactiveControllerHost;
  /** What is asked for, until it is answered: asked for again as it was, it makes no second account. */
  #wish: { readonly request: string; readonly drawn: DrawnPassphrase; readonly name: Name | undefined } | undefined;
  #stop: (() => void) | undefined;
  making: Making = { phase: 'idle' };
  steps: ReadonlyMap<MakingStep, StepState> = new Map();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = houseEvents.subscribe((event) => {
      if (event.type !== 'step' || event.request !== this.#wish?.request) return;
      const step = MAKING_STEPS.find((name) => name === event.step);
      if (step === undefined) return;
      const state = { state: event.state === 'done' ? 'done' : 'running', ...(event.ms === undefined ? {} : { ms: event.ms }) } as const;
      this.steps = new Map(this.steps).set(step, state);
      this.#host.requestUpdate();
    });
  }

  hostDisconnected(): void {
    this.#stop?.();
  }

  /** Makes the account, with a handle or the did:web of a domain where one is given; or asks again for one whose answer was lost, by the name that it was to have. */
  async make(name: Name | undefined): Promise<void> {
    if (this.making.phase === 'making') return;
    const isRepeat = this.#wish !== undefined;
    this.steps = new Map();
    this.#become({ phase: 'making' });
    try {
      this.#wish ??= { request: crypto.randomUUID(), drawn: await house.post('app.holdfast.kit.generatePassphrase', undefined), name };
      const { request, drawn, name: wanted } = this.#wish;
      const wish = { passphrase: drawn.passphrase, ...wanted as { readonly handle?: `${string}.${string}` } };
      const { account } = await callKit('app.holdfast.account.create', wish, request);
      rememberPassphrase(account.did, drawn);
      await accountStore.refresh();
      accountStore.select(account.did);
      this.#wish = undefined;
      this.#become({ phase: 'made', did: account.did });
    } catch (error) {
      const isUnsure = this.#wish !== undefined && (isLost(error) || (isRepeat && error instanceof JobFailure));
      if (!isUnsure) this.#wish = undefined;
      this.#become({ phase: 'failed', error, isUnsure });
    }
  }

  #become(making: Making): void {
    this.making = making;
    this.#host.requestUpdate();
  }
}

/** Whether what was asked for may have been done. */
const isLost = (error: unknown): boolean => (error instanceof HouseError ? error.status >= 500 : error instanceof JobFailure && error.code === 'WorkerStopped');
