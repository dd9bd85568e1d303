import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastMirrorDefs from "./defs.ts";

const _contactSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.describe#contact")),
	"email": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
});
const _linksSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.describe#links")),
	"privacyPolicy": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.genericUriString()),
	"termsOfService": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.genericUriString()),
});
const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.mirror.describe",
	{
		"params": null,
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "contact"() {
						return /*#__PURE__*/ v.optional(contactSchema)
					},
					"did": /*#__PURE__*/ v.didString(),
					"directory": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.genericUriString()),
					/**
					 * Each begins with a dot.
					 */
					"handleDomains": /*#__PURE__*/ v.array(/*#__PURE__*/ v.string()),
					"inviteRequired": /*#__PURE__*/ v.boolean(),
					/**
					 * did:key that signs receipts.
					 */
					"key": /*#__PURE__*/ v.string(),
					get "limits"() {
						return AppHoldfastMirrorDefs.limitsSchema
					},
					get "links"() {
						return /*#__PURE__*/ v.optional(linksSchema)
					},
					"time": /*#__PURE__*/ v.datetimeString(),
					"version": /*#__PURE__*/ v.string(),
					get "webrtc"() {
						return /*#__PURE__*/ v.optional(webrtcSchema)
					},
				}
			),
		}
	}
);
const _webrtcSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.describe#webrtc")),
		/**
		 * stun: and stuns: addresses that a house may ask for its own address.
		 * @maxLength 8
		 */
		"iceServers": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.array(/*#__PURE__*/ v.genericUriString()),
			[/*#__PURE__*/ v.arrayLength(0, 8)]
		),
	}
);
type contact$schematype = typeof _contactSchema;
type links$schematype = typeof _linksSchema;
type main$schematype = typeof _mainSchema;
type webrtc$schematype = typeof _webrtcSchema;

export interface contactSchema extends contact$schematype {}

export interface linksSchema extends links$schematype {}

export interface mainSchema extends main$schematype {}

export interface webrtcSchema extends webrtc$schematype {}
export const contactSchema = _contactSchema as contactSchema;
export const linksSchema = _linksSchema as linksSchema;
export const mainSchema = _mainSchema as mainSchema;
export const webrtcSchema = _webrtcSchema as webrtcSchema;

export interface Contact extends v.InferInput<typeof contactSchema> {}

export interface Links extends v.InferInput<typeof linksSchema> {}

export interface Webrtc extends v.InferInput<typeof webrtcSchema> {}

export interface $params {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCQueries {
		"app.holdfast.mirror.describe": mainSchema;
	}
}
