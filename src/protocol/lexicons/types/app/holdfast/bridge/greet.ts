import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastMirrorDefs from "../mirror/defs.ts";

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.bridge.greet",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					"did": /*#__PURE__*/ v.didString(),
					get "head"() {
						return /*#__PURE__*/ v.optional(AppHoldfastMirrorDefs.headSchema)
					},
					"receivedAt": /*#__PURE__*/ v.datetimeString(),
					"sentAt": /*#__PURE__*/ v.datetimeString(),
					/**
					 * @minimum 0
					 */
					"seq": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
					"time": /*#__PURE__*/ v.datetimeString(),
				}
			),
		},
		"output": {
			"type": "lex",
			get "schema"() {
				return nextSchema
			},
		}
	}
);
const _nextSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.bridge.greet#next")),
	"after": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.tidString()),
	"next": /*#__PURE__*/ v.string<"hand-over" | "send" | "stop" | (string & {})>(),
});
type main$schematype = typeof _mainSchema;
type next$schematype = typeof _nextSchema;

export interface mainSchema extends main$schematype {}

export interface nextSchema extends next$schematype {}
export const mainSchema = _mainSchema as mainSchema;
export const nextSchema = _nextSchema as nextSchema;

export interface Next extends v.InferInput<typeof nextSchema> {}

export interface $params {}

export interface $input extends v.InferXRPCBodyInput<mainSchema['input']> {}
export type $output = v.InferXRPCBodyInput<mainSchema['output']>;
declare module '@atcute/lexicons/ambient' {
	interface XRPCProcedures {
		"app.holdfast.bridge.greet": mainSchema;
	}
}
