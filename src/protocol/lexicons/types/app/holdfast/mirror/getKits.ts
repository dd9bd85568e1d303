import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _kitSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.getKits#kit")),
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
		"storedAt": /*#__PURE__*/ v.datetimeString(),
	}
);
const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.mirror.getKits",
	{
		"params": /*#__PURE__*/ v.object({ "did": /*#__PURE__*/ v.didString(), }),
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * @maxLength 2
					 */
					get "kits"() {
						return /*#__PURE__*/ v.constrain(
							/*#__PURE__*/ v.array(kitSchema),
							[/*#__PURE__*/ v.arrayLength(0, 2)]
						)
					},
				}
			),
		}
	}
);
type kit$schematype = typeof _kitSchema;
type main$schematype = typeof _mainSchema;

export interface kitSchema extends kit$schematype {}

export interface mainSchema extends main$schematype {}
export const kitSchema = _kitSchema as kitSchema;
export const mainSchema = _mainSchema as mainSchema;

export interface Kit extends v.InferInput<typeof kitSchema> {}

export interface $params extends v.InferInput<mainSchema['params']> {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCQueries {
		"app.holdfast.mirror.getKits": mainSchema;
	}
}
