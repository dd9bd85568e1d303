import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.bridge.hello",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					"did": /*#__PURE__*/ v.didString(),
					/**
					 * Of certificates, which the token names: of an offer its own; of an answer that of the offer and its own.
					 * @maxLength 2
					 */
					"fingerprints": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.array(/*#__PURE__*/ v.constrain(
							/*#__PURE__*/ v.string(),
							[/*#__PURE__*/ v.stringLength(0, 95)]
						)),
						[/*#__PURE__*/ v.arrayLength(0, 2)]
					)),
					/**
					 * For which method of the mirror (app.holdfast.mirror.*) the token is; converse where it is left out.
					 */
					"purpose": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literalEnum([
						"answer",
						"call",
						"connect",
						"converse"
					])),
				}
			),
		},
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object({
				"did": /*#__PURE__*/ v.didString(),
				"token": /*#__PURE__*/ v.string(),
				"url": /*#__PURE__*/ v.genericUriString(),
				"version": /*#__PURE__*/ v.string(),
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
		"app.holdfast.bridge.hello": mainSchema;
	}
}
