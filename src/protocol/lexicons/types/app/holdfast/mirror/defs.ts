import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';

const _alertWaySchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.defs#alertWay")),
		/**
		 * False until the code that was sent there has come back: nothing else is sent there before.
		 */
		"confirmed": /*#__PURE__*/ v.boolean(),
		"createdAt": /*#__PURE__*/ v.datetimeString(),
		/**
		 * Of a browser: the first 32 hex digits of the SHA-256 of '<did> <endpoint>', so that it knows itself.
		 * @maxLength 64
		 */
		"id": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 64)]
		),
		"kind": /*#__PURE__*/ v.string<"email" | "push" | "webhook" | (string & {})>(),
		/**
		 * The push service of the browser said then that it is there no more. Nothing is sent there.
		 */
		"lostAt": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		/**
		 * The address of the webhook, or for letters; of a browser its name. Its own address is not told.
		 */
		"target": /*#__PURE__*/ v.string(),
	}
);
const _alertsSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.defs#alerts")),
		/**
		 * What this mirror can do.
		 */
		"kinds": /*#__PURE__*/ v.array(/*#__PURE__*/ v.string<"email" | "push" | "webhook" | (string & {})>()),
		/**
		 * So many webhooks and addresses an account may have.
		 */
		"most": /*#__PURE__*/ v.integer(),
		/**
		 * So many browsers an account may have.
		 */
		"mostBrowsers": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		/**
		 * The public key that this mirror shows to push services (VAPID, RFC 8292), in base64url: browsers subscribe with it.
		 * @maxLength 100
		 */
		"pushKey": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 100)]
		)),
		/**
		 * Oldest first.
		 */
		get "ways"() {
			return /*#__PURE__*/ v.array(alertWaySchema)
		},
	}
);
const _headSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.defs#head")),
	"commit": /*#__PURE__*/ v.cidString(),
	"data": /*#__PURE__*/ v.cidString(),
	"rev": /*#__PURE__*/ v.tidString(),
});
const _limitsSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.defs#limits")),
		/**
		 * @minimum 0
		 */
		"aheadMs": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"blobBytes": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"repoBytes": /*#__PURE__*/ v.integer(),
	}
);
const _offerSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.defs#offer")),
		/**
		 * Of all its blobs.
		 * @minimum 0
		 */
		"allBlobBytes": /*#__PURE__*/ v.integer(),
		/**
		 * Of one blob.
		 * @minimum 0
		 */
		"blobBytes": /*#__PURE__*/ v.integer(),
		/**
		 * It is kept for so many days from its use on; without an end where it is left out.
		 * @minimum 0
		 * @maximum 36500
		 */
		"days": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.integer(),
			[/*#__PURE__*/ v.integerRange(0, 36500)]
		)),
		/**
		 * Nothing stops for so long after the end. Then it is served no longer, and its data stays.
		 * @minimum 0
		 */
		"graceDays": /*#__PURE__*/ v.integer(),
		/**
		 * How the invitation stands that was shown; who used it is not said.
		 */
		"invitation": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string<"open" | "over" | "used" | (string & {})>()),
		/**
		 * No blob is taken above this.
		 * @minimum 0
		 */
		"mostAllBlobBytes": /*#__PURE__*/ v.integer(),
		/**
		 * Nothing is added above this; what only deletes is taken.
		 * @minimum 0
		 */
		"mostRepoBytes": /*#__PURE__*/ v.integer(),
		/**
		 * Its owner is warned so long before the end.
		 * @minimum 0
		 */
		"noticeDays": /*#__PURE__*/ v.integer(),
		/**
		 * Of its repository.
		 * @minimum 0
		 */
		"repoBytes": /*#__PURE__*/ v.integer(),
		/**
		 * The invitation is over from then on.
		 */
		"usableUntil": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		/**
		 * Its owner is warned from this part of the room on.
		 * @minimum 0
		 */
		"warnPercent": /*#__PURE__*/ v.integer(),
		/**
		 * Commits in any hour; more of them wait. Left out where they are not counted.
		 * @minimum 0
		 */
		"writesPerHour": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
	}
);
const _primarySchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.defs#primary")),
		/**
		 * @maxLength 256
		 */
		"key": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string(),
			[/*#__PURE__*/ v.stringLength(0, 256)]
		),
		/**
		 * @maxLength 512
		 */
		"url": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.genericUriString(),
			[/*#__PURE__*/ v.stringLength(0, 512)]
		),
	}
);
const _receiptSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.defs#receipt")),
		"commit": /*#__PURE__*/ v.cidString(),
		"did": /*#__PURE__*/ v.didString(),
		"rev": /*#__PURE__*/ v.tidString(),
		/**
		 * @minimum 1
		 */
		"seq": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.integer(),
			[/*#__PURE__*/ v.integerRange(1)]
		),
		/**
		 * @maxLength 64
		 */
		"sig": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.bytes(),
			[/*#__PURE__*/ v.bytesSize(0, 64)]
		),
		"time": /*#__PURE__*/ v.datetimeString(),
	}
);
const _tokenSchema = /*#__PURE__*/ v.constrain(
	/*#__PURE__*/ v.string(),
	[/*#__PURE__*/ v.stringLength(0, 4096)]
);
const _usageSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.mirror.defs#usage")),
		/**
		 * @minimum 0
		 */
		"blobBytes": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"blobLimit": /*#__PURE__*/ v.integer(),
		/**
		 * Nothing stops before then; its data stays after it.
		 */
		"end": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		/**
		 * @minimum 0
		 */
		"repoBytes": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"repoLimit": /*#__PURE__*/ v.integer(),
		/**
		 * @maxLength 64
		 */
		"status": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.string<"active" | "deactivated" | "pairing" | "standby" | "suspended" | "takendown" | (string & {})>(),
			[/*#__PURE__*/ v.stringLength(0, 64)]
		),
		/**
		 * The account is kept until then.
		 */
		"until": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		/**
		 * What its owner has to see to soon.
		 * @maxLength 8
		 */
		"warnings": /*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.array(/*#__PURE__*/ v.constrain(
				/*#__PURE__*/ v.string<"blobs" | "records" | "time" | (string & {})>(),
				[/*#__PURE__*/ v.stringLength(0, 64)]
			)),
			[/*#__PURE__*/ v.arrayLength(0, 8)]
		),
		/**
		 * Commits of the last hour.
		 * @minimum 0
		 */
		"writes": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		/**
		 * @minimum 0
		 */
		"writesLimit": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
	}
);
type alertWay$schematype = typeof _alertWaySchema;
type alerts$schematype = typeof _alertsSchema;
type head$schematype = typeof _headSchema;
type limits$schematype = typeof _limitsSchema;
type offer$schematype = typeof _offerSchema;
type primary$schematype = typeof _primarySchema;
type receipt$schematype = typeof _receiptSchema;
type token$schematype = typeof _tokenSchema;
type usage$schematype = typeof _usageSchema;

export interface alertWaySchema extends alertWay$schematype {}

export interface alertsSchema extends alerts$schematype {}

export interface headSchema extends head$schematype {}

export interface limitsSchema extends limits$schematype {}

export interface offerSchema extends offer$schematype {}

export interface primarySchema extends primary$schematype {}

export interface receiptSchema extends receipt$schematype {}

export interface tokenSchema extends token$schematype {}

export interface usageSchema extends usage$schematype {}
export const alertWaySchema = _alertWaySchema as alertWaySchema;
export const alertsSchema = _alertsSchema as alertsSchema;
export const headSchema = _headSchema as headSchema;
export const limitsSchema = _limitsSchema as limitsSchema;
export const offerSchema = _offerSchema as offerSchema;
export const primarySchema = _primarySchema as primarySchema;
export const receiptSchema = _receiptSchema as receiptSchema;
export const tokenSchema = _tokenSchema as tokenSchema;
export const usageSchema = _usageSchema as usageSchema;

export interface AlertWay extends v.InferInput<typeof alertWaySchema> {}

export interface Alerts extends v.InferInput<typeof alertsSchema> {}

export interface Head extends v.InferInput<typeof headSchema> {}

export interface Limits extends v.InferInput<typeof limitsSchema> {}

export interface Offer extends v.InferInput<typeof offerSchema> {}

export interface Primary extends v.InferInput<typeof primarySchema> {}

export interface Receipt extends v.InferInput<typeof receiptSchema> {}
export type Token = v.InferInput<typeof tokenSchema>;

export interface Usage extends v.InferInput<typeof usageSchema> {}
