import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastMirrorDefs from "../mirror/defs.ts";

const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.bridge.preview",
	{
		"params": /*#__PURE__*/ v.object(
			{
				/**
				 * @minLength 1
				 * @maxLength 128
				 */
				"invite": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
					/*#__PURE__*/ v.string(),
					[/*#__PURE__*/ v.stringLength(1, 128)]
				)),
				/**
				 * @maxLength 2048
				 */
				"url": /*#__PURE__*/ v.constrain(
					/*#__PURE__*/ v.string(),
					[/*#__PURE__*/ v.stringLength(0, 2048)]
				),
			}
		),
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "mirror"() {
						return mirrorSchema
					},
					get "terms"() {
						return AppHoldfastMirrorDefs.offerSchema
					},
					"url": /*#__PURE__*/ v.genericUriString(),
				}
			),
		}
	}
);
const _mirrorSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.bridge.preview#mirror")),
	"clockAheadMs": /*#__PURE__*/ v.integer(),
	"did": /*#__PURE__*/ v.didString(),
	"email": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
	"handleDomains": /*#__PURE__*/ v.array(/*#__PURE__*/ v.string()),
	"inviteRequired": /*#__PURE__*/ v.boolean(),
	"privacyPolicy": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.genericUriString()),
	"termsOfService": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.genericUriString()),
	"version": /*#__PURE__*/ v.string(),
});
type main$schematype = typeof _mainSchema;
type mirror$schematype = typeof _mirrorSchema;

export interface mainSchema extends main$schematype {}

export interface mirrorSchema extends mirror$schematype {}
export const mainSchema = _mainSchema as mainSchema;
export const mirrorSchema = _mirrorSchema as mirrorSchema;

export interface Mirror extends v.InferInput<typeof mirrorSchema> {}

export interface $params extends v.InferInput<mainSchema['params']> {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCQueries {
		"app.holdfast.bridge.preview": mainSchema;
	}
}
