import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.house.describe",
	{
		"params": null,
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object({
				"blobStore": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string<"indexeddb" | "opfs" | (string & {})>()),
				"quota": /*#__PURE__*/ v.integer(),
				"usage": /*#__PURE__*/ v.integer(),
				"version": /*#__PURE__*/ v.string(),
			}),
		}
	}
);
type main$schematype = typeof _mainSchema;

export interface mainSchema extends main$schematype {}
export const mainSchema = _mainSchema as mainSchema;

export interface $params {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCQueries {
		"app.holdfast.house.describe": mainSchema;
	}
}
