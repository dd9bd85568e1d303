import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.bridge.takeCopy",
	{
		"params": /*#__PURE__*/ v.object(
			{
				/**
				 * Of what the mirror holds, as it has just said; the next two as well.
				 */
				"commit": /*#__PURE__*/ v.cidString(),
				"data": /*#__PURE__*/ v.cidString(),
				"did": /*#__PURE__*/ v.didString(),
				"rev": /*#__PURE__*/ v.tidString(),
			}
		),
		"input": { "type": "blob", "encoding": ["application/vnd.ipld.car"], },
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * Those that it names and that are not here.
					 */
					"blobs": /*#__PURE__*/ v.array(/*#__PURE__*/ v.cidString()),
					"isTaken": /*#__PURE__*/ v.boolean(),
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
		"app.holdfast.bridge.takeCopy": mainSchema;
	}
}
