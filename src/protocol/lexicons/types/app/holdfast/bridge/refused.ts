import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastBridgeGreet from "./greet.ts";
import * as AppHoldfastMirrorDefs from "../mirror/defs.ts";

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.bridge.refused",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * @maxLength 64
					 */
					"code": /*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.string(),
						[/*#__PURE__*/ v.stringLength(0, 64)]
					),
					"did": /*#__PURE__*/ v.didString(),
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
			),
		},
		"output": {
			"type": "lex",
			get "schema"() {
				return AppHoldfastBridgeGreet.nextSchema
			},
		}
	}
);
type main$schematype = typeof _mainSchema;

export interface mainSchema extends main$schematype {}
export const mainSchema = _mainSchema as mainSchema;

export interface $params {}

export interface $input extends v.InferXRPCBodyInput<mainSchema['input']> {}
export type $output = v.InferXRPCBodyInput<mainSchema['output']>;
declare module '@atcute/lexicons/ambient' {
	interface XRPCProcedures {
		"app.holdfast.bridge.refused": mainSchema;
	}
}
