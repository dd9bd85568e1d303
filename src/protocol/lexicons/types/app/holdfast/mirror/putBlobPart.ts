import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.mirror.putBlobPart",
	{
		"params": /*#__PURE__*/ v.object(
			{
				"cid": /*#__PURE__*/ v.cidString(),
				/**
				 * Where in the blob the part begins: as many bytes as are held (app.holdfast.mirror.getBlobOffset).
				 * @minimum 0
				 */
				"offset": /*#__PURE__*/ v.integer(),
				/**
				 * Bytes of the whole blob. With another size it is another upload.
				 * @minimum 1
				 */
				"size": /*#__PURE__*/ v.constrain(
					/*#__PURE__*/ v.integer(),
					[/*#__PURE__*/ v.integerRange(1)]
				),
			}
		),
		"input": { "type": "blob", },
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * Bytes that are held, durably. All of them: the blob is kept.
					 * @minimum 0
					 */
					"offset": /*#__PURE__*/ v.integer(),
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
		"app.holdfast.mirror.putBlobPart": mainSchema;
	}
}
