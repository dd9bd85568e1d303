import type { Operation } from '../repo/index.ts';
import type { Account } from './ports/account.ts';

/** `app.holdfast.activity.list#operation` */
export interface OperationView {
  readonly action: Operation['action'];
  readonly path: string;
  readonly cid?: string;
  readonly prev?: string;
}

/** An operation as the lexicon has it. */
export function operationView({ action, path, cid, prev }: Operation): OperationView {
  return {
    action, path,
    ...(cid !== null && { cid: cid.toString() }),
    ...(prev !== undefined && { prev: prev.toString() }),
  };
}

/** `app.holdfast.account.defs#account` */
export interface AccountView {
  readonly did: string;
  readonly handle?: string;
  readonly status: Account['status'];
  readonly origin: Account['origin'];
  readonly createdAt: string;
  readonly head: { readonly cid: string; readonly rev: string };
  readonly kit: 'unproven' | 'proven';
  readonly records: number;
}

/** An account as the lexicon has it. Nothing of it is secret. */
export function accountView({ did, handle, status, origin, createdAt, head, kit, collections }: Account): AccountView {
  let records = 0;
  for (const collection of collections.values()) records += collection.records;
  return {
    did, status, origin, createdAt, records,
    head: { cid: head.cid.toString(), rev: head.rev },
    kit: kit === undefined ? 'proven' : 'unproven',
    ...(handle !== undefined && { handle }),
  };
}
