import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastOperatorDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.operator.createInvitation",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * From its use on the account is kept for so long.
					 * @minimum 1
					 * @maximum 36500
					 */
					"days": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.integer(),
						[/*#__PURE__*/ v.integerRange(1, 36500)]
					)),
					/**
					 * Not to be used from then on.
					 */
					"expiresAt": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
					/**
					 * For the operator alone.
					 * @maxLength 500
					 */
					"note": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.string(),
						[/*#__PURE__*/ v.stringLength(0, 500)]
					)),
					/**
					 * Its code is short, to be typed: over after a day at most, and after five wrong tries.
					 */
					"short": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.boolean()),
					get "terms"() {
						return /*#__PURE__*/ v.optional(AppHoldfastOperatorDefs.termsSchema)
					},
				}
			),
		},
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "invitation"() {
						return AppHoldfastOperatorDefs.invitationSchema
					},
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
		"app.holdfast.operator.createInvitation": mainSchema;
	}
}
