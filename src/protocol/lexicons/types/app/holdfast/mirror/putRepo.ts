import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastMirrorDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.mirror.putRepo",
	{
		"params": /*#__PURE__*/ v.object(
			{
				/**
				 * The commit that the mirror is thought to hold: if it holds another, nothing changes.
				 */
				"replaces": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.cidString()),
			}
		),
		"input": { "type": "blob", "encoding": ["application/vnd.ipld.car"], },
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "head"() {
						return AppHoldfastMirrorDefs.headSchema
					},
					get "receipt"() {
						return /*#__PURE__*/ v.optional(AppHoldfastMirrorDefs.receiptSchema)
					},
				}
			),
		}
	}
);
type main$schematype = typeof _mainSchema;

export interface mainSchema extends main$schematype {}
export const mainSchema = _mainSchema as mainSchema;

export interface $params extends v.InferInput<mainSchema['params']> {}
export type $input = v.InferXRPCBodyInput<mainSchema['input']>;

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCProcedures {
		"app.holdfast.mirror.putRepo": mainSchema;
	}
}
