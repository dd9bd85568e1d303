import type {
  InferOutput, InferXRPCBodyInput, InferXRPCBodyOutput, ObjectSchema, XRPCLexBodyParam, XRPCProcedureMetadata, XRPCQueryMetadata,
} from '@atcute/lexicons/validations';
import type { House } from '../house.ts';

/** Who asks. Grants come later. */
export interface Caller {
  readonly kind: 'owner';
}

/** What is known of one request, whatever its method. */
export interface Call {
  readonly house: House;
  readonly caller: Caller;
  /** The NSID of the method. */
  readonly nsid: string;
  /** Chosen by the caller, so that a repeat is known from a second wish. */
  readonly requestId: string | undefined;
  readonly request: Request;
  /** The body as it came; empty for a query. */
  readonly body: Uint8Array<ArrayBuffer>;
}

export type MethodSchema = XRPCQueryMetadata | XRPCProcedureMetadata;

type Params<Schema extends MethodSchema> = Schema['params'] extends ObjectSchema ? InferOutput<Schema['params']> : Record<string, never>;
type Input<Schema extends MethodSchema> = Schema extends XRPCProcedureMetadata ? InferXRPCBodyOutput<Schema['input']> : undefined;

/** Our texts are branded, those of the schemas are templates. What is answered is validated, so any text will do here. */
type Loose<Value> = Value extends string
  ? string
  : Value extends readonly (infer Item)[]
    ? readonly Loose<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]: Loose<Value[Key]> }
      : Value;

/** JSON where the lexicon says so, else a whole response. */
export type Output<Schema extends MethodSchema> = Schema['output'] extends XRPCLexBodyParam
  ? Loose<InferXRPCBodyInput<Schema['output']>>
  : Schema['output'] extends null ? void : Response;

export interface MethodContext<Schema extends MethodSchema> extends Call {
  readonly params: Params<Schema>;
  readonly input: Input<Schema>;
}

/** A method as the table holds it, its types behind it. */
export interface Method {
  readonly schema: MethodSchema;
  readonly handle: (call: Call, params: unknown, input: unknown) => Promise<unknown>;
}

/** A method of the server: its schema and what it does. What it throws is told by `errorResponse`. */
export function defineMethod<Schema extends MethodSchema>(
  schema: Schema, handle: (context: MethodContext<Schema>) => Promise<Output<Schema>>,
): Method {
  return {
    schema,
    // The router has validated both against the schema.
    handle: (call, params, input) => handle({ ...call, params: params as Params<Schema>, input: input as Input<Schema> }),
  };
}
