import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastMirrorDefs from "../mirror/defs.ts";
import * as AppHoldfastMirrorSetAlerts from "../mirror/setAlerts.ts";

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.bridge.setAlerts",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "deed"() {
						return /*#__PURE__*/ v.variant(
							[
								AppHoldfastMirrorSetAlerts.addEmailSchema,
								AppHoldfastMirrorSetAlerts.addPushSchema,
								AppHoldfastMirrorSetAlerts.addWebhookSchema,
								AppHoldfastMirrorSetAlerts.confirmSchema,
								AppHoldfastMirrorSetAlerts.removeSchema,
								AppHoldfastMirrorSetAlerts.testSchema
							],
							true
						)
					},
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
		},
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

export interface $params {}

export interface $input extends v.InferXRPCBodyInput<mainSchema['input']> {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCProcedures {
		"app.holdfast.bridge.setAlerts": mainSchema;
	}
}
