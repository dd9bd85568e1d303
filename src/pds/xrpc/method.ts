import type {
  InferOutput, InferXRPCBodyInput, InferXRPCBodyOutput, ObjectSchema, XRPCLexBodyParam, XRPCProcedureMetadata, XRPCQueryMetadata,
} from '@atcute/lexicons/validations';
import type { Did } from '../../protocol/index.ts';
import type { Host } from '../host.ts';
import type { House } from '../house.ts';

/** Who asks: the owner of the house; an account that has shown a service-auth token; or nobody in particular. */
export type Caller = { readonly kind: 'owner' } | { readonly kind: 'account'; readonly did: Did } | { readonly kind: 'anyone' };

/** What is known of one request, whatever its method. */
export interface Call<Served extends Host = House> {
  readonly host: Served;
  readonly caller: Caller;
  /** The NSID of the method. */
  readonly nsid: string;
  /** Chosen by the caller, so that a repeat is known from a second wish. */
  readonly requestId: string | undefined;
  readonly request: Request;
  /** The body as it came; empty for a query, and for a method that takes its body as a stream. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** What an answer that is none of an error says in its head, beside what its body needs. */
  readonly answerHeaders: Headers;
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

export interface HostContext<Schema extends MethodSchema, Served extends Host> extends Call<Served> {
  readonly params: Params<Schema>;
  readonly input: Input<Schema>;
}

export interface MethodContext<Schema extends MethodSchema> extends HostContext<Schema, House> {
  /** The host, under the name by which it knows itself. */
  readonly house: House;
}

/** A method as the table holds it, its types behind it. */
export interface Method<Served extends Host = House> {
  readonly schema: MethodSchema;
  /** Its body is not read before it is called: `request` has it as a stream, of any length. */
  readonly isStream?: boolean;
  /** Looks at what is there before the body is read. @throws XrpcError where that is not to be read */
  readonly admit?: ((call: Pick<Call<Served>, 'host' | 'request' | 'nsid'>) => void) | undefined;
  readonly handle: (call: Call<Served>, params: unknown, input: unknown) => Promise<unknown>;
}

/** A method of a house: its schema and what it does. What it throws is told by `errorResponse`. */
export function defineMethod<Schema extends MethodSchema>(
  schema: Schema, handle: (context: MethodContext<Schema>) => Promise<Output<Schema>>,
): Method {
  return defineHostMethod<House>()(schema, (context) => handle({ ...context, house: context.host }));
}

/** A method of every host: it reads, and anybody may ask for it. */
export function defineRead<Schema extends MethodSchema>(
  schema: Schema, handle: (context: HostContext<Schema, Host>) => Promise<Output<Schema>>,
): Method<Host> {
  return defineHostMethod<Host>()(schema, handle);
}

/** What defines methods of a host of this kind. */
export function defineHostMethod<Served extends Host>() {
  return <Schema extends MethodSchema>(
    schema: Schema, handle: (context: HostContext<Schema, Served>) => Promise<Output<Schema>>, options: Pick<Method<Served>, 'isStream' | 'admit'> = {},
  ): Method<Served> => ({
    ...options,
    schema,
    // The router has validated both against the schema.
    handle: (call, params, input) => handle({ ...call, params: params as Params<Schema>, input: input as Input<Schema> }),
  });
}
