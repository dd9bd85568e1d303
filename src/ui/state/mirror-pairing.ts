import { problemOf } from '../components/hf-error.ts';
import { asOwner } from './as-owner.ts';
import { house } from '../house/client.ts';
import { houseEvents } from '../house/feed.ts';
import { accountStore } from './account-store.ts';
import { mirrorStore } from './mirror-store.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { lexicons } from '../../protocol/index.ts';
import type { StepState } from './account-making.ts';

/** The steps of pairing, in their order, as the house names them. */
export const PAIRING_STEPS = ['mirror', 'directory', 'enroll', 'hand-over', 'blobs', 'identity', 'activate'] as const;

/** A step by its name. */
export type PairingStep = (typeof PAIRING_STEPS)[number];

/** What is asked of the house. */
export type PairingWish = lexicons.AppHoldfastBridgePair.$input;

/** What a mirror said of itself before pairing. */
export type MirrorPreview = lexicons.AppHoldfastBridgePreview.$output;

/** Where the pairing stands. */
export type Pairing =
  | { readonly phase: 'idle' | 'pairing' | 'stopped' | 'done' }
  | { readonly phase: 'failed'; readonly error: unknown };

/** What was filled in, so that it is still there after a way to the kit and back. */
export interface PairingDraft {
  readonly address: string;
  readonly preview: MirrorPreview | undefined;
  readonly name: string;
  readonly domain: string;
  readonly invite: string;
}

const EMPTY: PairingDraft = { address: '', preview: undefined, name: '', domain: '', invite: '' };

/** One pairing, which outlives the screen that began it. */
class MirrorPairing {
  #listeners = new Set<() => void>();
  #request = '';
  #abort: AbortController | undefined;
  #isHearing = false;
  #draftOf = '';
  /** The account that it is about. */
  did: string | undefined;
  /** The mirror's address. */
  url = '';
  pairing: Pairing = { phase: 'idle' };
  steps: ReadonlyMap<PairingStep, StepState> = new Map();
  draft: PairingDraft = EMPTY;

  /** Hears of every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Lets go of what was filled in for another account. */
  startFor(did: string): void {
    if (this.#draftOf === did) return;
    this.#draftOf = did;
    this.draft = EMPTY;
  }

  /** Keeps what was filled in. */
  note(change: Partial<PairingDraft>): void {
    this.draft = { ...this.draft, ...change };
    this.#tell();
  }

  /** Pairs, or goes on where an earlier pairing stopped. Never rejects: the outcome is in `pairing`. */
  async pair(wish: PairingWish): Promise<void> {
    if (this.pairing.phase === 'pairing') return;
    this.#hear();
    this.#request = crypto.randomUUID();
    const abort = new AbortController();
    this.#abort = abort;
    this.did = wish.did;
    this.url = wish.url;
    this.steps = new Map();
    this.#become({ phase: 'pairing' });
    try {
      const { mirror } = await asOwner(wish.did, () => house.post('app.holdfast.bridge.pair', wish, { requestId: this.#request, signal: abort.signal }));
      mirrorStore.learn(mirror);
      this.draft = EMPTY;
      this.#become({ phase: 'done' });
      // The handle may be another one now.
      void accountStore.refresh();
    } catch (error) {
      // The terms that were shown are not those that it gets.
      if (problemOf(error).code === 'InvalidInviteCode') this.draft = { ...this.draft, preview: undefined };
      if (abort.signal.aborted) this.#become({ phase: 'stopped' });
      else this.#become({ phase: 'failed', error });
      void mirrorStore.refresh();
    }
  }

  /** Stops waiting. What was done stays, and is gone on with when it is asked for again. */
  stop(): void {
    this.#abort?.abort();
  }

  /** Lets go of an outcome that was seen. */
  forget(): void {
    if (this.pairing.phase !== 'pairing') this.#become({ phase: 'idle' });
  }

  #hear(): void {
    if (this.#isHearing) return;
    this.#isHearing = true;
    houseEvents.subscribe((event) => {
      if (event.type !== 'step' || event.request !== this.#request) return;
      const step = PAIRING_STEPS.find((name) => name === event.step);
      if (step === undefined) return;
      const state = { state: event.state === 'done' ? 'done' : 'running', ...(event.ms === undefined ? {} : { ms: event.ms }) } as const;
      this.steps = new Map(this.steps).set(step, state);
      this.#tell();
    });
  }

  #become(pairing: Pairing): void {
    this.pairing = pairing;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const mirrorPairing = new MirrorPairing();

/** Renders its host again whenever the pairing moves on. */
export class PairingController implements ReactiveController {
  #host: ReactiveControllerHost;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = mirrorPairing.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}
