import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.mirror.watch",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * CIDs.
					 * @maxLength 500
					 */
					"operations": /*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.array(/*#__PURE__*/ v.cidString()),
						[/*#__PURE__*/ v.arrayLength(0, 500)]
					),
				}
			),
		},
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * When the directory showed a log that holds the last time; left out where it never did.
					 */
					"lookedAt": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
					/**
					 * Every operation that was ever seen, in the order in which the directory took them.
					 * @maxLength 2000
					 */
					get "operations"() {
						return /*#__PURE__*/ v.constrain(
							/*#__PURE__*/ v.array(operationSchema),
							[/*#__PURE__*/ v.arrayLength(0, 2000)]
						)
					},
				}
			),
		}
	}
);
const _operationSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.watch#operation")),
		"cid": /*#__PURE__*/ v.cidString(),
		/**
		 * When the directory took it, as it says.
		 */
		"createdAt": /*#__PURE__*/ v.datetimeString(),
		/**
		 * Whether a house of the account has claimed it.
		 */
		"isClaimed": /*#__PURE__*/ v.boolean(),
		/**
		 * Whether the directory showed it when the mirror looked last.
		 */
		"isShown": /*#__PURE__*/ v.boolean(),
		/**
		 * Whether a recovery undid it.
		 */
		"nullified": /*#__PURE__*/ v.boolean(),
		/**
		 * As the directory gives it, signed.
		 */
		"operation": /*#__PURE__*/ v.unknown(),
		/**
		 * When the mirror saw it first.
		 */
		"seenAt": /*#__PURE__*/ v.datetimeString(),
	}
);
type main$schematype = typeof _mainSchema;
type operation$schematype = typeof _operationSchema;

export interface mainSchema extends main$schematype {}

export interface operationSchema extends operation$schematype {}
export const mainSchema = _mainSchema as mainSchema;
export const operationSchema = _operationSchema as operationSchema;

export interface Operation extends v.InferInput<typeof operationSchema> {}

export interface $params {}

export interface $input extends v.InferXRPCBodyInput<mainSchema['input']> {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCProcedures {
		"app.holdfast.mirror.watch": mainSchema;
	}
}
