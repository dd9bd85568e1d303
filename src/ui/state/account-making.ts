import { house } from '../house/client.ts';
import { houseEvents } from '../house/feed.ts';
import { callKit } from '../jobs/kit.ts';
import { accountStore } from './account-store.ts';
import { rememberPassphrase } from './kit-memory.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

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
  | { readonly phase: 'failed'; readonly error: unknown };

/** Makes one account and tells its host of every step. */
export class AccountMaking implements ReactiveController {
  #host: ReactiveControllerHost;
  #request: string | undefined;
  #stop: (() => void) | undefined;
  making: Making = { phase: 'idle' };
  steps: ReadonlyMap<MakingStep, StepState> = new Map();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = houseEvents.subscribe((event) => {
      if (event.type !== 'step' || event.request !== this.#request) return;
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

  /** Makes the account, with a handle or the did:web of a domain where one is given, or tries again: a request that was already answered makes no second one. */
  async make(name: { readonly handle: string } | { readonly domain: string } | undefined): Promise<void> {
    if (this.making.phase === 'making') return;
    this.#request = crypto.randomUUID();
    this.steps = new Map();
    this.#become({ phase: 'making' });
    try {
      const drawn = await house.post('app.holdfast.kit.generatePassphrase', undefined);
      const wish = { passphrase: drawn.passphrase, ...name as { readonly handle?: `${string}.${string}` } };
      const { account } = await callKit('app.holdfast.account.create', wish, this.#request);
      rememberPassphrase(account.did, drawn);
      await accountStore.refresh();
      accountStore.select(account.did);
      this.#become({ phase: 'made', did: account.did });
    } catch (error) {
      this.#become({ phase: 'failed', error });
    }
  }

  #become(making: Making): void {
    this.making = making;
    this.#host.requestUpdate();
  }
}
