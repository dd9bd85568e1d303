import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _endSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.house.visit#end")),
		/**
		 * Whether there was such a thing, and this was all of it.
		 */
		"isWhole": /*#__PURE__*/ v.boolean(),
		/**
		 * Of a blob.
		 * @maxLength 255
		 */
		"mimeType": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 255)]
		)),
	}
);
const _getSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.house.visit#get")),
		/**
		 * Of a blob.
		 */
		"cid": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.cidString()),
		/**
		 * Of com.atproto.sync; the account is the one that both are of.
		 */
		"method": /*#__PURE__*/ v.string<"getBlob" | "getRepo" | (string & {})>(),
	}
);
const _mainSchema = /*#__PURE__*/ v.subscription(
	"app.holdfast.house.visit",
	{
		"params": null,
		get "message"() {
			return /*#__PURE__*/ v.variant([endSchema, getSchema, partSchema])
		},
	}
);
const _partSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.house.visit#part")),
		/**
		 * @minLength 1
		 * @maxLength 262144
		 */
		"bytes": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.bytes(),
			[/*#__PURE__*/ v.bytesSize(1, 262144)]
		),
	}
);
type end$schematype = typeof _endSchema;
type get$schematype = typeof _getSchema;
type main$schematype = typeof _mainSchema;
type part$schematype = typeof _partSchema;

export interface endSchema extends end$schematype {}

export interface getSchema extends get$schematype {}

export interface mainSchema extends main$schematype {}

export interface partSchema extends part$schematype {}
export const endSchema = _endSchema as endSchema;
export const getSchema = _getSchema as getSchema;
export const mainSchema = _mainSchema as mainSchema;
export const partSchema = _partSchema as partSchema;

export interface End extends v.InferInput<typeof endSchema> {}

export interface Get extends v.InferInput<typeof getSchema> {}

export interface Part extends v.InferInput<typeof partSchema> {}

export interface $params {}
export type $message = v.InferInput<mainSchema['message']>;
declare module '@atcute/lexicons/ambient' {
	interface XRPCSubscriptions {
		"app.holdfast.house.visit": mainSchema;
	}
}
