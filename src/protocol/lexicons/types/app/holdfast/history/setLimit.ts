import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.history.setLimit",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * @minimum 0
					 * @maximum 1000000000000
					 */
					"bytes": /*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.integer(),
						[/*#__PURE__*/ v.integerRange(0, 1000000000000)]
					),
					"did": /*#__PURE__*/ v.didString(),
				}
			),
		},
		"output": null
	}
);
type main$schematype = typeof _mainSchema;

export interface mainSchema extends main$schematype {}
export const mainSchema = _mainSchema as mainSchema;

export interface $params {}

export interface $input extends v.InferXRPCBodyInput<mainSchema['input']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCProcedures {
		"app.holdfast.history.setLimit": mainSchema;
	}
}
