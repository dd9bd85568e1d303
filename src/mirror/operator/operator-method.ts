import { defineHostMethod } from '../../pds/index.ts';
import type { HostContext, Method, MethodSchema, Output } from '../../pds/index.ts';
import { xrpcErrorOf } from '../refusals.ts';
import type { OperatorHost } from './operator-host.ts';

/** A method that the operator calls, who has shown the token by then. */
export function defineOperatorMethod<Schema extends MethodSchema>(
  schema: Schema, handle: (context: HostContext<Schema, OperatorHost>) => Promise<Output<Schema>>,
): Method<OperatorHost> {
  return defineHostMethod<OperatorHost>()(schema, async (context) => {
    try {
      return await handle(context);
    } catch (error) {
      throw xrpcErrorOf(error);
    }
  });
}
