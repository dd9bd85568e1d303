import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastBridgeDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.bridge.leave",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object({
				"did": /*#__PURE__*/ v.didString(),
				"force": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.boolean()),
			}),
		},
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					"deleted": /*#__PURE__*/ v.boolean(),
					/**
					 * Where a move was given up: the mirror of before, which is the account's again.
					 */
					get "mirror"() {
						return /*#__PURE__*/ v.optional(AppHoldfastBridgeDefs.mirrorSchema)
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
		"app.holdfast.bridge.leave": mainSchema;
	}
}
