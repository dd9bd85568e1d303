import { house } from '../house/client.ts';
import { houseEvents } from '../house/feed.ts';
import { middleOf } from '../middle-of.ts';
import { keep, kept } from './keep.ts';
import { noteAccounts } from './lost-accounts.ts';
import { afterLull } from './lull.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { lexicons } from '../../protocol/index.ts';

/** An account of this house, in short. */
export type Account = lexicons.AppHoldfastAccountDefs.Account;

const CURRENT = 'holdfast.account';

/** What is known of the accounts. A failure keeps what was known before it. */
export interface AccountState {
  /** Undefined until the house has answered once. */
  readonly accounts: readonly Account[] | undefined;
  /** The account that the pages are about: the chosen one, else the oldest. */
  readonly current: Account | undefined;
  /** Why the house could not be asked the last time. */
  readonly error: unknown;
}

/** The accounts of the house, asked once and again whenever the house says that something changed. */
class AccountStore {
  #listeners = new Set<() => void>();
  #state: AccountState = { accounts: undefined, current: undefined, error: undefined };
  #asking: Promise<void> | undefined;
  #askAgain = false;
  #started = false;

  get state(): AccountState {
    return this.#state;
  }

  /** Hears of every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (!this.#started) {
      this.#started = true;
      const committed = afterLull(() => void this.refresh());
      houseEvents.subscribe((event) => {
        if (event.type === 'commit') committed();
        if (event.type === 'accounts' || event.type === 'hello') void this.refresh();
      });
      void this.refresh();
    }
    return () => this.#listeners.delete(listener);
  }

  /** Asks the house now; resolves when the answer, or the reason for none, is in `state`. Never rejects. */
  refresh(): Promise<void> {
    if (this.#asking !== undefined) {
      this.#askAgain = true;
      return this.#asking;
    }
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Makes the pages be about this account. */
  select(did: string): void {
    keep(CURRENT, did);
    this.#become(this.#state.accounts, undefined);
  }

  async #ask(): Promise<void> {
    do {
      this.#askAgain = false;
      try {
        const { accounts } = await house.get('app.holdfast.account.list', {});
        noteAccounts(accounts);
        this.#become(accounts, undefined);
      } catch (error) {
        this.#become(this.#state.accounts, error);
      }
    } while (this.#askAgain);
  }

  #become(accounts: readonly Account[] | undefined, error: unknown): void {
    const chosen = kept(CURRENT);
    const current = accounts?.find(({ did }) => did === chosen) ?? accounts?.[0];
    this.#state = { accounts, current, error };
    for (const listener of this.#listeners) listener();
  }
}

export const accountStore = new AccountStore();

/** Renders its host again whenever the accounts change. */
export class AccountController implements ReactiveController {
  #host: ReactiveControllerHost;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get state(): AccountState {
    return accountStore.state;
  }

  get current(): Account | undefined {
    return accountStore.state.current;
  }

  hostConnected(): void {
    this.#stop = accountStore.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}

/** What an account is called on screen: its handle, else its DID, shortened. */
export function accountName({ did, handle }: { readonly did: string; readonly handle?: string | undefined }): string {
  return handle ?? middleOf(did);
}
