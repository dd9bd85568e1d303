import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastBridgeDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.bridge.describe",
	{
		"params": /*#__PURE__*/ v.object({ "did": /*#__PURE__*/ v.didString(), }),
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "mirror"() {
						return /*#__PURE__*/ v.optional(AppHoldfastBridgeDefs.mirrorSchema)
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
		"app.holdfast.bridge.describe": mainSchema;
	}
}
