import { keep, kept } from './keep.ts';

/** What is noted of an account, outside of what a browser takes away to make room. */
export interface NotedAccount {
  readonly did: string;
  readonly handle?: string | undefined;
}

const NOTED = 'holdfast.accounts';

/** Notes that these accounts are in this browser. */
export function noteAccounts(accounts: readonly NotedAccount[]): void {
  const others = noted().filter(({ did }) => accounts.every((account) => account.did !== did));
  const all = [...others, ...accounts.map(({ did, handle }) => ({ did, handle }))];
  keep(NOTED, all.length === 0 ? undefined : JSON.stringify(all));
}

/** The owner took this account away, or knows that it is gone. */
export function forgetAccount(did: string): void {
  const others = noted().filter((account) => account.did !== did);
  keep(NOTED, others.length === 0 ? undefined : JSON.stringify(others));
}

/** Accounts that were in this browser and are no more, though their owner did not take them away. */
export function lostAccounts(present: readonly NotedAccount[]): readonly NotedAccount[] {
  return noted().filter(({ did }) => present.every((account) => account.did !== did));
}

function noted(): readonly NotedAccount[] {
  try {
    const all = JSON.parse(kept(NOTED) ?? '[]') as unknown;
    return Array.isArray(all) ? all.filter((each): each is NotedAccount => typeof (each as NotedAccount | null)?.did === 'string') : [];
  } catch {
    return [];
  }
}
