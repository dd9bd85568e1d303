import type {
  ProcedureInput, ProcedureName, ProcedureOutput, QueryName, QueryOutput, QueryParams,
} from '../protocol/index.ts';

/** How the bridge asks the house: by XRPC, as everything in a page does. */
export interface HouseCalls {
  get<Name extends QueryName>(nsid: Name, params: QueryParams<Name>, signal?: AbortSignal): Promise<QueryOutput<Name>>;
  post<Name extends ProcedureName>(
    nsid: Name, input: ProcedureInput<Name>, options?: { readonly signal?: AbortSignal },
  ): Promise<ProcedureOutput<Name>>;
  /** Gives a CAR to a procedure that takes one, and its parameters with it. */
  send(nsid: ProcedureName, params: object, car: Blob): Promise<unknown>;
  upload(did: string, bytes: Blob, mimeType: string): Promise<unknown>;
}
