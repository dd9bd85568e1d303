import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastAccountDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.account.create",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * A domain of the owner. The account has the did:web of that domain, and the domain as its handle; left out, it has a did:plc.
					 */
					"domain": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.handleString()),
					/**
					 * The name of a did:plc; beside `domain` it is not looked at.
					 */
					"handle": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.handleString()),
					/**
					 * From app.holdfast.kit.generatePassphrase. It seals the kit and is not stored.
					 * @maxLength 128
					 */
					"passphrase": /*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.string(),
						[/*#__PURE__*/ v.stringLength(0, 128)]
					),
				}
			),
		},
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "account"() {
						return AppHoldfastAccountDefs.accountSchema
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
		"app.holdfast.account.create": mainSchema;
	}
}
