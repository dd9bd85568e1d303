import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.mirror.putKit",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * @minLength 1
					 * @maxLength 16384
					 */
					"file": /*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.bytes(),
						[/*#__PURE__*/ v.bytesSize(1, 16384)]
					),
					/**
					 * What opens it.
					 */
					"kind": /*#__PURE__*/ v.literalEnum(["passkey", "passphrase"]),
				}
			),
		},
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object({
				"storedAt": /*#__PURE__*/ v.datetimeString(),
			}),
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
		"app.holdfast.mirror.putKit": mainSchema;
	}
}
