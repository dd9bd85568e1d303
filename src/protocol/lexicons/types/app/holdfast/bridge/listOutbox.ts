import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.bridge.listOutbox",
	{
		"params": /*#__PURE__*/ v.object(
			{
				"after": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.tidString()),
				"did": /*#__PURE__*/ v.didString(),
				/**
				 * @minimum 1
				 * @maximum 100
				 * @default 50
				 */
				"limit": /*#__PURE__*/ v.optional(
					/*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.integer(),
						[/*#__PURE__*/ v.integerRange(1, 100)]
					),
					50
				),
			}
		),
		"output": { "type": "blob", "encoding": ["application/cbor"], }
	}
);
type main$schematype = typeof _mainSchema;

export interface mainSchema extends main$schematype {}
export const mainSchema = _mainSchema as mainSchema;

export interface $params extends v.InferInput<mainSchema['params']> {}
export type $output = v.InferXRPCBodyInput<mainSchema['output']>;
declare module '@atcute/lexicons/ambient' {
	interface XRPCQueries {
		"app.holdfast.bridge.listOutbox": mainSchema;
	}
}
