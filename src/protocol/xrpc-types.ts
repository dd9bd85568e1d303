import type { XRPCProcedures, XRPCQueries } from '@atcute/lexicons/ambient';
import type { BaseSchema, InferInput, InferOutput, ObjectSchema } from '@atcute/lexicons/validations';

// Brings the methods of com.atproto along; ours come with `lexicons`.
export type { ComAtprotoRepoDefs } from '@atcute/atproto';

type Value<Body, Else> = Body extends { readonly type: 'lex'; readonly schema: infer Schema extends BaseSchema } ? InferOutput<Schema> : Else;

/** A method that is asked (GET), by its NSID. */
export type QueryName = keyof XRPCQueries;
/** A method that does something (POST), by its NSID. */
export type ProcedureName = keyof XRPCProcedures;
/** What a query takes. */
export type QueryParams<Name extends QueryName> =
  XRPCQueries[Name] extends { readonly params: infer Params extends ObjectSchema } ? InferInput<Params> : Record<string, never>;
/** What a query gives: JSON, or the response itself where it is something else. */
export type QueryOutput<Name extends QueryName> = Value<XRPCQueries[Name]['output'], Response>;
/** What a procedure takes; undefined where it takes nothing. */
export type ProcedureInput<Name extends ProcedureName> =
  XRPCProcedures[Name]['input'] extends { readonly type: 'lex'; readonly schema: infer Schema extends BaseSchema } ? InferInput<Schema> : undefined;
/** What a procedure gives. */
export type ProcedureOutput<Name extends ProcedureName> = Value<XRPCProcedures[Name]['output'], undefined>;
