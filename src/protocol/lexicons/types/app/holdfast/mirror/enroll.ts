import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastMirrorDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.mirror.enroll",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					"handle": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.handleString()),
					/**
					 * @maxLength 128
					 */
					"invite": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.string(),
						[/*#__PURE__*/ v.stringLength(0, 128)]
					)),
					/**
					 * This mirror is to be a standby: it serves nobody, and holds what that mirror has confirmed.
					 */
					get "primary"() {
						return /*#__PURE__*/ v.optional(AppHoldfastMirrorDefs.primarySchema)
					},
				}
			),
		},
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					"handle": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.handleString()),
					get "head"() {
						return /*#__PURE__*/ v.optional(AppHoldfastMirrorDefs.headSchema)
					},
					"status": /*#__PURE__*/ v.string<"active" | "pairing" | "standby" | (string & {})>(),
					/**
					 * The name of this mirror that the account lives under, as an origin: the DID document is to name it, and its house goes on with it. Older mirrors have one, and do not say.
					 */
					"url": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.genericUriString()),
				}
			),
		}
	}
);
type main$schematype = typeof _mainSchema;

export interface mainSchema extends main$schematype {}
export const mainSchema = _mainSchema as mainSchema;

export interface $params {}

export interface $input extends v.InferXRPCBodyInput<mainSchema['input']> {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCProcedures {
		"app.holdfast.mirror.enroll": mainSchema;
	}
}
