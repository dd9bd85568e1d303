import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';

const _headSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.defs#head")),
	"commit": /*#__PURE__*/ v.cidString(),
	"data": /*#__PURE__*/ v.cidString(),
	"rev": /*#__PURE__*/ v.tidString(),
});
const _limitsSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.defs#limits")),
		/**
		 * @minimum 0
		 */
		"aheadMs": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"blobBytes": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"repoBytes": /*#__PURE__*/ v.integer(),
	}
);
const _receiptSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.defs#receipt")),
		"commit": /*#__PURE__*/ v.cidString(),
		"did": /*#__PURE__*/ v.didString(),
		"rev": /*#__PURE__*/ v.tidString(),
		/**
		 * @minimum 1
		 */
		"seq": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.integer(),
			[/*#__PURE__*/ v.integerRange(1)]
		),
		/**
		 * @maxLength 64
		 */
		"sig": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.bytes(),
			[/*#__PURE__*/ v.bytesSize(0, 64)]
		),
		"time": /*#__PURE__*/ v.datetimeString(),
	}
);
const _tokenSchema = /*#__PURE__*/ v.constrain(
	/*#__PURE__*/ v.string(),
	[/*#__PURE__*/ v.stringLength(0, 4096)]
);
type head$schematype = typeof _headSchema;
type limits$schematype = typeof _limitsSchema;
type receipt$schematype = typeof _receiptSchema;
type token$schematype = typeof _tokenSchema;

export interface headSchema extends head$schematype {}

export interface limitsSchema extends limits$schematype {}

export interface receiptSchema extends receipt$schematype {}

export interface tokenSchema extends token$schematype {}
export const headSchema = _headSchema as headSchema;
export const limitsSchema = _limitsSchema as limitsSchema;
export const receiptSchema = _receiptSchema as receiptSchema;
export const tokenSchema = _tokenSchema as tokenSchema;

export interface Head extends v.InferInput<typeof headSchema> {}

export interface Limits extends v.InferInput<typeof limitsSchema> {}

export interface Receipt extends v.InferInput<typeof receiptSchema> {}
export type Token = v.InferInput<typeof tokenSchema>;
