import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastOperatorDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.operator.listInvitations",
	{
		"params": /*#__PURE__*/ v.object(
			{
				/**
				 * @maxLength 256
				 */
				"cursor": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
					/*#__PURE__*/ v.string(),
					[/*#__PURE__*/ v.stringLength(0, 256)]
				)),
				/**
				 * @minimum 1
				 * @maximum 500
				 * @default 100
				 */
				"limit": /*#__PURE__*/ v.optional(
					/*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.integer(),
						[/*#__PURE__*/ v.integerRange(1, 500)]
					),
					100
				),
			}
		),
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					"cursor": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
					get "invitations"() {
						return /*#__PURE__*/ v.array(AppHoldfastOperatorDefs.invitationSchema)
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
		"app.holdfast.operator.listInvitations": mainSchema;
	}
}
