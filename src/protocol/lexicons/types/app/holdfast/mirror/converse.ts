import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastMirrorDefs from "./defs.ts";

const _ackSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#ack")),
		get "receipt"() {
			return AppHoldfastMirrorDefs.receiptSchema
		},
	}
);
const _answerSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#answer")),
		/**
		 * @maxLength 64
		 */
		"id": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 64)]
		),
		/**
		 * @maxLength 16384
		 */
		"sdp": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 16384)]
		),
		get "token"() {
			return AppHoldfastMirrorDefs.tokenSchema
		},
	}
);
const _commitSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#commit")),
		"blobs": /*#__PURE__*/ v.array(/*#__PURE__*/ v.cidLink()),
		/**
		 * @maxLength 2000000
		 */
		"blocks": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.bytes(),
			[/*#__PURE__*/ v.bytesSize(0, 2000000)]
		),
		"commit": /*#__PURE__*/ v.cidLink(),
		/**
		 * @maxLength 200
		 */
		get "ops"() {
			return /*#__PURE__*/ v.constrain(
				/*#__PURE__*/ v.array(repoOpSchema),
				[/*#__PURE__*/ v.arrayLength(0, 200)]
			)
		},
		"prevData": /*#__PURE__*/ v.cidLink(),
		"rebase": /*#__PURE__*/ v.boolean(),
		"repo": /*#__PURE__*/ v.didString(),
		"rev": /*#__PURE__*/ v.tidString(),
		"since": /*#__PURE__*/ v.nullable(/*#__PURE__*/ v.tidString()),
		"time": /*#__PURE__*/ v.datetimeString(),
		"tooBig": /*#__PURE__*/ v.boolean(),
	}
);
const _helloSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#hello")),
		"did": /*#__PURE__*/ v.didString(),
		get "token"() {
			return AppHoldfastMirrorDefs.tokenSchema
		},
		/**
		 * @maxLength 64
		 */
		"version": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 64)]
		),
	}
);
const _identitySchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#identity")),
});
const _mainSchema = /*#__PURE__*/ v.subscription(
	"app.holdfast.mirror.converse",
	{
		"params": null,
		get "message"() {
			return /*#__PURE__*/ v.variant([
				ackSchema,
				answerSchema,
				commitSchema,
				helloSchema,
				identitySchema,
				movedSchema,
				notedSchema,
				offerSchema,
				rejectSchema,
				ringSchema,
				wantSchema,
				welcomeSchema
			])
		},
	}
);
const _movedSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#moved")),
});
const _notedSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#noted")),
});
const _offerSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#offer")),
		/**
		 * @maxLength 500
		 */
		"blobs": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.array(/*#__PURE__*/ v.cidLink()),
			[/*#__PURE__*/ v.arrayLength(0, 500)]
		),
	}
);
const _rejectSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#reject")),
		/**
		 * @maxLength 64
		 */
		"code": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 64)]
		),
		get "head"() {
			return /*#__PURE__*/ v.optional(AppHoldfastMirrorDefs.headSchema)
		},
		/**
		 * @maxLength 1000
		 */
		"message": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 1000)]
		),
		"rev": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.tidString()),
		"time": /*#__PURE__*/ v.datetimeString(),
	}
);
const _repoOpSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#repoOp")),
		"action": /*#__PURE__*/ v.string<"create" | "delete" | "update" | (string & {})>(),
		"cid": /*#__PURE__*/ v.nullable(/*#__PURE__*/ v.cidLink()),
		/**
		 * @maxLength 1024
		 */
		"path": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 1024)]
		),
		"prev": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.cidLink()),
	}
);
const _ringSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#ring")),
		/**
		 * @maxLength 64
		 */
		"id": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 64)]
		),
		/**
		 * @maxLength 16384
		 */
		"sdp": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 16384)]
		),
		get "token"() {
			return AppHoldfastMirrorDefs.tokenSchema
		},
	}
);
const _wantSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#want")),
		/**
		 * @maxLength 500
		 */
		"blobs": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.array(/*#__PURE__*/ v.cidLink()),
			[/*#__PURE__*/ v.arrayLength(0, 500)]
		),
	}
);
const _welcomeSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.converse#welcome")),
		get "head"() {
			return /*#__PURE__*/ v.optional(AppHoldfastMirrorDefs.headSchema)
		},
		get "limits"() {
			return AppHoldfastMirrorDefs.limitsSchema
		},
		/**
		 * @minimum 0
		 */
		"seq": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		"time": /*#__PURE__*/ v.datetimeString(),
		/**
		 * @minimum 0
		 */
		"unclaimed": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
	}
);
type ack$schematype = typeof _ackSchema;
type answer$schematype = typeof _answerSchema;
type commit$schematype = typeof _commitSchema;
type hello$schematype = typeof _helloSchema;
type identity$schematype = typeof _identitySchema;
type main$schematype = typeof _mainSchema;
type moved$schematype = typeof _movedSchema;
type noted$schematype = typeof _notedSchema;
type offer$schematype = typeof _offerSchema;
type reject$schematype = typeof _rejectSchema;
type repoOp$schematype = typeof _repoOpSchema;
type ring$schematype = typeof _ringSchema;
type want$schematype = typeof _wantSchema;
type welcome$schematype = typeof _welcomeSchema;

export interface ackSchema extends ack$schematype {}

export interface answerSchema extends answer$schematype {}

export interface commitSchema extends commit$schematype {}

export interface helloSchema extends hello$schematype {}

export interface identitySchema extends identity$schematype {}

export interface mainSchema extends main$schematype {}

export interface movedSchema extends moved$schematype {}

export interface notedSchema extends noted$schematype {}

export interface offerSchema extends offer$schematype {}

export interface rejectSchema extends reject$schematype {}

export interface repoOpSchema extends repoOp$schematype {}

export interface ringSchema extends ring$schematype {}

export interface wantSchema extends want$schematype {}

export interface welcomeSchema extends welcome$schematype {}
export const ackSchema = _ackSchema as ackSchema;
export const answerSchema = _answerSchema as answerSchema;
export const commitSchema = _commitSchema as commitSchema;
export const helloSchema = _helloSchema as helloSchema;
export const identitySchema = _identitySchema as identitySchema;
export const mainSchema = _mainSchema as mainSchema;
export const movedSchema = _movedSchema as movedSchema;
export const notedSchema = _notedSchema as notedSchema;
export const offerSchema = _offerSchema as offerSchema;
export const rejectSchema = _rejectSchema as rejectSchema;
export const repoOpSchema = _repoOpSchema as repoOpSchema;
export const ringSchema = _ringSchema as ringSchema;
export const wantSchema = _wantSchema as wantSchema;
export const welcomeSchema = _welcomeSchema as welcomeSchema;

export interface Ack extends v.InferInput<typeof ackSchema> {}

export interface Answer extends v.InferInput<typeof answerSchema> {}

export interface Commit extends v.InferInput<typeof commitSchema> {}

export interface Hello extends v.InferInput<typeof helloSchema> {}

export interface Identity extends v.InferInput<typeof identitySchema> {}

export interface Moved extends v.InferInput<typeof movedSchema> {}

export interface Noted extends v.InferInput<typeof notedSchema> {}

export interface Offer extends v.InferInput<typeof offerSchema> {}

export interface Reject extends v.InferInput<typeof rejectSchema> {}

export interface RepoOp extends v.InferInput<typeof repoOpSchema> {}

export interface Ring extends v.InferInput<typeof ringSchema> {}

export interface Want extends v.InferInput<typeof wantSchema> {}

export interface Welcome extends v.InferInput<typeof welcomeSchema> {}

export interface $params {}
export type $message = v.InferInput<mainSchema['message']>;
declare module '@atcute/lexicons/ambient' {
	interface XRPCSubscriptions {
		"app.holdfast.mirror.converse": mainSchema;
	}
}
