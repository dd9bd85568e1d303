import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastMirrorDefs from "./defs.ts";

const _addEmailSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.setAlerts#addEmail")),
		/**
		 * @minLength 3
		 * @maxLength 254
		 */
		"address": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(3, 254)]
		),
	}
);
const _addPushSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.setAlerts#addPush")),
		/**
		 * base64url.
		 * @minLength 22
		 * @maxLength 22
		 */
		"auth": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(22, 22)]
		),
		/**
		 * https, on its own port, of a public name; subscribed with the mirror's pushKey.
		 * @maxLength 1024
		 */
		"endpoint": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.genericUriString(),
			[/*#__PURE__*/ v.stringLength(0, 1024)]
		),
		/**
		 * What its owner knows the browser by.
		 * @minLength 1
		 * @maxLength 200
		 * @maxGraphemes 50
		 */
		"name": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[
				/*#__PURE__*/ v.stringLength(1, 200),
				/*#__PURE__*/ v.stringGraphemes(0, 50)
			]
		),
		/**
		 * base64url.
		 * @minLength 87
		 * @maxLength 87
		 */
		"p256dh": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(87, 87)]
		),
		/**
		 * The id of the browser whose place it takes: the same one, as it was known before.
		 * @maxLength 64
		 */
		"replaces": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 64)]
		)),
	}
);
const _addWebhookSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.setAlerts#addWebhook")),
		/**
		 * Letters, digits and signs, without blanks.
		 * @minLength 16
		 * @maxLength 128
		 */
		"secret": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(16, 128)]
		),
		/**
		 * https, on its own port, of a public name.
		 * @maxLength 512
		 */
		"url": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.genericUriString(),
			[/*#__PURE__*/ v.stringLength(0, 512)]
		),
	}
);
const _confirmSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.setAlerts#confirm")),
		/**
		 * @maxLength 32
		 */
		"code": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 32)]
		),
		/**
		 * @maxLength 64
		 */
		"id": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 64)]
		),
	}
);
const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.mirror.setAlerts",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "deed"() {
						return /*#__PURE__*/ v.variant(
							[
								addEmailSchema,
								addPushSchema,
								addWebhookSchema,
								confirmSchema,
								removeSchema,
								testSchema
							],
							true
						)
					},
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
const _removeSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.setAlerts#remove")),
		/**
		 * @maxLength 64
		 */
		"id": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 64)]
		),
	}
);
const _testSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.setAlerts#test")),
		/**
		 * @maxLength 64
		 */
		"id": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 64)]
		),
	}
);
type addEmail$schematype = typeof _addEmailSchema;
type addPush$schematype = typeof _addPushSchema;
type addWebhook$schematype = typeof _addWebhookSchema;
type confirm$schematype = typeof _confirmSchema;
type main$schematype = typeof _mainSchema;
type remove$schematype = typeof _removeSchema;
type test$schematype = typeof _testSchema;

export interface addEmailSchema extends addEmail$schematype {}

export interface addPushSchema extends addPush$schematype {}

export interface addWebhookSchema extends addWebhook$schematype {}

export interface confirmSchema extends confirm$schematype {}

export interface mainSchema extends main$schematype {}

export interface removeSchema extends remove$schematype {}

export interface testSchema extends test$schematype {}
export const addEmailSchema = _addEmailSchema as addEmailSchema;
export const addPushSchema = _addPushSchema as addPushSchema;
export const addWebhookSchema = _addWebhookSchema as addWebhookSchema;
export const confirmSchema = _confirmSchema as confirmSchema;
export const mainSchema = _mainSchema as mainSchema;
export const removeSchema = _removeSchema as removeSchema;
export const testSchema = _testSchema as testSchema;

export interface AddEmail extends v.InferInput<typeof addEmailSchema> {}

export interface AddPush extends v.InferInput<typeof addPushSchema> {}

export interface AddWebhook extends v.InferInput<typeof addWebhookSchema> {}

export interface Confirm extends v.InferInput<typeof confirmSchema> {}

export interface Remove extends v.InferInput<typeof removeSchema> {}

export interface Test extends v.InferInput<typeof testSchema> {}

export interface $params {}

export interface $input extends v.InferXRPCBodyInput<mainSchema['input']> {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCProcedures {
		"app.holdfast.mirror.setAlerts": mainSchema;
	}
}
