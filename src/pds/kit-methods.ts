import { createAccount } from './app/holdfast/account/create.ts';
import { proveKit } from './app/holdfast/kit/prove.ts';
import type { Method } from './xrpc/method.ts';

/** What seals a kit, or opens one: the service worker answers none of these, so that no private key is ever there (docs/decisions/035). */
export const KIT_METHODS: readonly Method[] = [createAccount, proveKit];
