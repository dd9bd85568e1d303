import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastActivityList from "../activity/list.ts";

const _accountsSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.events.subscribe#accounts")),
	"type": /*#__PURE__*/ v.literal("accounts"),
});
const _commitSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.events.subscribe#commit")),
		"cid": /*#__PURE__*/ v.cidString(),
		"did": /*#__PURE__*/ v.didString(),
		get "operations"() {
			return /*#__PURE__*/ v.array(AppHoldfastActivityList.operationSchema)
		},
		get "outgoing"() {
			return /*#__PURE__*/ v.optional(outgoingSchema)
		},
		"rev": /*#__PURE__*/ v.tidString(),
		"type": /*#__PURE__*/ v.literal("commit"),
	}
);
const _endingSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.events.subscribe#ending")),
	"type": /*#__PURE__*/ v.literal("ending"),
});
const _helloSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.events.subscribe#hello")),
	"type": /*#__PURE__*/ v.literal("hello"),
	"version": /*#__PURE__*/ v.string(),
});
const _jobsSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.events.subscribe#jobs")),
	"type": /*#__PURE__*/ v.literal("jobs"),
});
const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.events.subscribe",
	{
		"params": null,
		"output": { "type": "blob", "encoding": ["application/x-ndjson"], }
	}
);
const _mirrorsSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.events.subscribe#mirrors")),
		"did": /*#__PURE__*/ v.didString(),
		/**
		 * Nothing else has changed than the receipt, or what standbys hold.
		 */
		"only": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literalEnum([
			"receipt",
			"standbys"
		])),
		"type": /*#__PURE__*/ v.literal("mirrors"),
	}
);
const _outgoingSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.events.subscribe#outgoing")),
		"blobs": /*#__PURE__*/ v.array(/*#__PURE__*/ v.cidString()),
		/**
		 * @maxLength 65536
		 */
		"message": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.bytes(),
			[/*#__PURE__*/ v.bytesSize(0, 65536)]
		),
	}
);
const _sendingSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.events.subscribe#sending")),
		"did": /*#__PURE__*/ v.didString(),
		/**
		 * @minimum 0
		 */
		"done": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"total": /*#__PURE__*/ v.integer(),
		"type": /*#__PURE__*/ v.literal("sending"),
	}
);
const _stepSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.events.subscribe#step")),
		"ms": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		/**
		 * The request id of the call that works on it.
		 */
		"request": /*#__PURE__*/ v.string(),
		"state": /*#__PURE__*/ v.string<"done" | "running" | (string & {})>(),
		"step": /*#__PURE__*/ v.string<"activate" | "blobs" | "commit" | "directory" | "enroll" | "genesis" | "hand-over" | "identity" | "keys" | "kit" | "mirror" | "repository" | "store" | (string & {})>(),
		"type": /*#__PURE__*/ v.literal("step"),
	}
);
type accounts$schematype = typeof _accountsSchema;
type commit$schematype = typeof _commitSchema;
type ending$schematype = typeof _endingSchema;
type hello$schematype = typeof _helloSchema;
type jobs$schematype = typeof _jobsSchema;
type main$schematype = typeof _mainSchema;
type mirrors$schematype = typeof _mirrorsSchema;
type outgoing$schematype = typeof _outgoingSchema;
type sending$schematype = typeof _sendingSchema;
type step$schematype = typeof _stepSchema;

export interface accountsSchema extends accounts$schematype {}

export interface commitSchema extends commit$schematype {}

export interface endingSchema extends ending$schematype {}

export interface helloSchema extends hello$schematype {}

export interface jobsSchema extends jobs$schematype {}

export interface mainSchema extends main$schematype {}

export interface mirrorsSchema extends mirrors$schematype {}

export interface outgoingSchema extends outgoing$schematype {}

export interface sendingSchema extends sending$schematype {}

export interface stepSchema extends step$schematype {}
export const accountsSchema = _accountsSchema as accountsSchema;
export const commitSchema = _commitSchema as commitSchema;
export const endingSchema = _endingSchema as endingSchema;
export const helloSchema = _helloSchema as helloSchema;
export const jobsSchema = _jobsSchema as jobsSchema;
export const mainSchema = _mainSchema as mainSchema;
export const mirrorsSchema = _mirrorsSchema as mirrorsSchema;
export const outgoingSchema = _outgoingSchema as outgoingSchema;
export const sendingSchema = _sendingSchema as sendingSchema;
export const stepSchema = _stepSchema as stepSchema;

export interface Accounts extends v.InferInput<typeof accountsSchema> {}

export interface Commit extends v.InferInput<typeof commitSchema> {}

export interface Ending extends v.InferInput<typeof endingSchema> {}

export interface Hello extends v.InferInput<typeof helloSchema> {}

export interface Jobs extends v.InferInput<typeof jobsSchema> {}

export interface Mirrors extends v.InferInput<typeof mirrorsSchema> {}

export interface Outgoing extends v.InferInput<typeof outgoingSchema> {}

export interface Sending extends v.InferInput<typeof sendingSchema> {}

export interface Step extends v.InferInput<typeof stepSchema> {}

export interface $params {}
export type $output = v.InferXRPCBodyInput<mainSchema['output']>;
declare module '@atcute/lexicons/ambient' {
	interface XRPCQueries {
		"app.holdfast.events.subscribe": mainSchema;
	}
}
