import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';

const _accountSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.account.defs#account")),
		"createdAt": /*#__PURE__*/ v.datetimeString(),
		"did": /*#__PURE__*/ v.didString(),
		"handle": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.handleString()),
		get "head"() {
			return headSchema
		},
		/**
		 * Whether the owner has shown that they hold the recovery kit.
		 */
		"kit": /*#__PURE__*/ v.string<"proven" | "unproven" | (string & {})>(),
		"origin": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string<"created" | "restored" | (string & {})>()),
		/**
		 * @minimum 0
		 */
		"records": /*#__PURE__*/ v.integer(),
		"status": /*#__PURE__*/ v.string<"active" | (string & {})>(),
	}
);
const _collectionSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.account.defs#collection")),
		/**
		 * Bytes of its records.
		 * @minimum 0
		 */
		"bytes": /*#__PURE__*/ v.integer(),
		"collection": /*#__PURE__*/ v.nsidString(),
		/**
		 * @minimum 0
		 */
		"records": /*#__PURE__*/ v.integer(),
	}
);
const _headSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.account.defs#head")),
	"cid": /*#__PURE__*/ v.cidString(),
	"rev": /*#__PURE__*/ v.tidString(),
});
type account$schematype = typeof _accountSchema;
type collection$schematype = typeof _collectionSchema;
type head$schematype = typeof _headSchema;

export interface accountSchema extends account$schematype {}

export interface collectionSchema extends collection$schematype {}

export interface headSchema extends head$schematype {}
export const accountSchema = _accountSchema as accountSchema;
export const collectionSchema = _collectionSchema as collectionSchema;
export const headSchema = _headSchema as headSchema;

export interface Account extends v.InferInput<typeof accountSchema> {}

export interface Collection extends v.InferInput<typeof collectionSchema> {}

export interface Head extends v.InferInput<typeof headSchema> {}
