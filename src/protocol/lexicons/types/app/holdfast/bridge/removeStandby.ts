import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastBridgeDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.bridge.removeStandby",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					"did": /*#__PURE__*/ v.didString(),
					"force": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.boolean()),
					/**
					 * @maxLength 512
					 */
					"url": /*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.genericUriString(),
						[/*#__PURE__*/ v.stringLength(0, 512)]
					),
				}
			),
		},
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "mirror"() {
						return AppHoldfastBridgeDefs.mirrorSchema
					},
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
		"app.holdfast.bridge.removeStandby": mainSchema;
	}
}
