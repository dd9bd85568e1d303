import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastMirrorDefs from "../mirror/defs.ts";

const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.bridge.getAlerts",
	{
		"params": /*#__PURE__*/ v.object(
			{
				"did": /*#__PURE__*/ v.didString(),
				/**
				 * The origin of one of its standbys, where that is asked in the place of its mirror.
				 * @maxLength 512
				 */
				"mirror": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
					/*#__PURE__*/ v.genericUriString(),
					[/*#__PURE__*/ v.stringLength(0, 512)]
				)),
			}
		),
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "alerts"() {
						return AppHoldfastMirrorDefs.alertsSchema
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
		"app.holdfast.bridge.getAlerts": mainSchema;
	}
}
