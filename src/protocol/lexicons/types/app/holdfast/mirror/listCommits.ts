import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastMirrorDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.mirror.listCommits",
	{
		"params": /*#__PURE__*/ v.object(
			{
				"did": /*#__PURE__*/ v.didString(),
				/**
				 * The commit that is held.
				 */
				"since": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.cidString()),
			}
		),
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * Bodies of #commit without `seq`, as DAG-CBOR, oldest first: the next ones after `since`, not always all of them. None where `since` is the present one, or is not known, or too long ago.
					 * @maxLength 200
					 */
					"commits": /*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.array(/*#__PURE__*/ v.constrain(
							/*#__PURE__*/ v.bytes(),
							[/*#__PURE__*/ v.bytesSize(0, 4000000)]
						)),
						[/*#__PURE__*/ v.arrayLength(0, 200)]
					),
					get "receipt"() {
						return AppHoldfastMirrorDefs.receiptSchema
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

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCQueries {
		"app.holdfast.mirror.listCommits": mainSchema;
	}
}
