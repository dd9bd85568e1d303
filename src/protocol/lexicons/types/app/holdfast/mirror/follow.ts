import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastMirrorDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.mirror.follow",
	{
		"params": null,
		"input": null,
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * What it holds, durably; left out while that is nothing.
					 */
					get "head"() {
						return /*#__PURE__*/ v.optional(AppHoldfastMirrorDefs.headSchema)
					},
					/**
					 * Blobs that are still to come; no more than 1,000 are counted.
					 * @minimum 0
					 */
					"missingBlobs": /*#__PURE__*/ v.integer(),
				}
			),
		}
	}
);
type main$schematype = typeof _mainSchema;

export interface mainSchema extends main$schematype {}
export const mainSchema = _mainSchema as mainSchema;

export interface $params {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCProcedures {
		"app.holdfast.mirror.follow": mainSchema;
	}
}
