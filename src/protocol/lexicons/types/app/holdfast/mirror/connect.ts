import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.mirror.connect",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * The offer, with all its candidates.
					 * @maxLength 16384
					 */
					"sdp": /*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.string(),
						[/*#__PURE__*/ v.stringLength(0, 16384)]
					),
				}
			),
		},
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * The answer, with all its candidates.
					 * @maxLength 16384
					 */
					"sdp": /*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.string(),
						[/*#__PURE__*/ v.stringLength(0, 16384)]
					),
					/**
					 * Made with the mirror's key over the DAG-CBOR of `$type` (app.holdfast.mirror.connect#vow), `offer` (the token) and `fingerprint` (of the answer).
					 * @maxLength 64
					 */
					"sig": /*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.bytes(),
						[/*#__PURE__*/ v.bytesSize(0, 64)]
					),
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
		"app.holdfast.mirror.connect": mainSchema;
	}
}
