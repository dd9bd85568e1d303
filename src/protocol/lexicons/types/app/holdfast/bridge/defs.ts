import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import * as AppHoldfastMirrorDefs from "../mirror/defs.ts";

const _alarmSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.bridge.defs#alarm")),
	"code": /*#__PURE__*/ v.string<"clock" | "fork" | "mirror-key" | "moved" | "receipt" | "refused" | "rollback" | "unreachable-directory" | (string & {})>(),
	"message": /*#__PURE__*/ v.string(),
	"rev": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.tidString()),
	"time": /*#__PURE__*/ v.datetimeString(),
});
const _conflictSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.bridge.defs#conflict")),
		/**
		 * A mirror of before had confirmed what this house wrote: the version of the other house stands.
		 */
		"isTheirs": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.boolean()),
		/**
		 * collection/rkey
		 */
		"path": /*#__PURE__*/ v.string(),
		/**
		 * Of the commit that decided between the versions; app.holdfast.history.get shows both.
		 */
		"rev": /*#__PURE__*/ v.tidString(),
	}
);
const _mirrorSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.bridge.defs#mirror")),
		get "acked"() {
			return /*#__PURE__*/ v.optional(receiptSchema)
		},
		get "alarm"() {
			return /*#__PURE__*/ v.optional(alarmSchema)
		},
		/**
		 * By how much the clock of this device is ahead of the mirror.
		 */
		"clockAheadMs": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		"did": /*#__PURE__*/ v.didString(),
		/**
		 * While it is paired: the mirror that serves the account until this one is named, and is its mirror again if that is given up.
		 */
		"from": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.genericUriString()),
		"handle": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.handleString()),
		/**
		 * did:key that signs its receipts, as it was when they were paired.
		 */
		"key": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
		"mirrorDid": /*#__PURE__*/ v.didString(),
		/**
		 * @minimum 0
		 */
		"missingBlobs": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		get "notice"() {
			return /*#__PURE__*/ v.optional(noticeSchema)
		},
		"pairedAt": /*#__PURE__*/ v.datetimeString(),
		get "relay"() {
			return /*#__PURE__*/ v.optional(readerSchema)
		},
		/**
		 * Everything is to be sent to it again.
		 */
		"resend": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.boolean()),
		/**
		 * @maxLength 4
		 */
		get "standbys"() {
			return /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
				/*#__PURE__*/ v.array(standbySchema),
				[/*#__PURE__*/ v.arrayLength(0, 4)]
			))
		},
		"state": /*#__PURE__*/ v.string<"active" | "alarm" | "pairing" | "paused" | (string & {})>(),
		"url": /*#__PURE__*/ v.genericUriString(),
		get "usage"() {
			return /*#__PURE__*/ v.optional(AppHoldfastMirrorDefs.usageSchema)
		},
		/**
		 * Commits without a receipt.
		 * @minimum 0
		 */
		"waiting": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"waitingBytes": /*#__PURE__*/ v.integer(),
		/**
		 * Beside a notice of another kind: the reader lacks what the mirror has confirmed.
		 */
		get "withheld"() {
			return /*#__PURE__*/ v.optional(noticeSchema)
		},
		/**
		 * The operator of the mirror sees the same ones (app.holdfast.operator.getAccount): then both mean this account, and this mirror with this key. There are none while the mirror has not verified what the account's key of now signs.
		 * @minLength 4
		 * @maxLength 4
		 */
		"words": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.array(/*#__PURE__*/ v.constrain(
				/*#__PURE__*/ v.string(),
				[/*#__PURE__*/ v.stringLength(0, 16)]
			)),
			[/*#__PURE__*/ v.arrayLength(4, 4)]
		)),
	}
);
const _noticeSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.bridge.defs#notice")),
		"code": /*#__PURE__*/ v.string<"conflict" | "withheld" | (string & {})>(),
		/**
		 * Records that two houses changed.
		 * @maxLength 200
		 */
		get "conflicts"() {
			return /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
				/*#__PURE__*/ v.array(conflictSchema),
				[/*#__PURE__*/ v.arrayLength(0, 200)]
			))
		},
		"message": /*#__PURE__*/ v.string(),
		"rev": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.tidString()),
		"time": /*#__PURE__*/ v.datetimeString(),
		/**
		 * How many more of them there are than are listed.
		 * @minimum 1
		 */
		"unlisted": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.integer(),
			[/*#__PURE__*/ v.integerRange(1)]
		)),
	}
);
const _readerSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.bridge.defs#reader")),
		"rev": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.tidString()),
		/**
		 * @minimum 0
		 */
		"seq": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		"time": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		"url": /*#__PURE__*/ v.genericUriString(),
	}
);
const _receiptSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.bridge.defs#receipt")),
		"commit": /*#__PURE__*/ v.cidString(),
		"rev": /*#__PURE__*/ v.tidString(),
		/**
		 * @minimum 0
		 */
		"seq": /*#__PURE__*/ v.integer(),
		"time": /*#__PURE__*/ v.datetimeString(),
	}
);
const _standbySchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.bridge.defs#standby")),
		"addedAt": /*#__PURE__*/ v.datetimeString(),
		"mirrorDid": /*#__PURE__*/ v.didString(),
		/**
		 * @minimum 0
		 */
		"missingBlobs": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		/**
		 * What it holds.
		 */
		"rev": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.tidString()),
		/**
		 * new: it holds nothing yet; same: all that the first has confirmed; behind: some of it; silent: it gave no answer, or said no, when it was asked last.
		 */
		"state": /*#__PURE__*/ v.string<"behind" | "new" | "same" | "silent" | (string & {})>(),
		/**
		 * When it said so.
		 */
		"time": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		/**
		 * What it said, or that it said nothing.
		 */
		"trouble": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
		"url": /*#__PURE__*/ v.genericUriString(),
		get "usage"() {
			return /*#__PURE__*/ v.optional(AppHoldfastMirrorDefs.usageSchema)
		},
	}
);
type alarm$schematype = typeof _alarmSchema;
type conflict$schematype = typeof _conflictSchema;
type mirror$schematype = typeof _mirrorSchema;
type notice$schematype = typeof _noticeSchema;
type reader$schematype = typeof _readerSchema;
type receipt$schematype = typeof _receiptSchema;
type standby$schematype = typeof _standbySchema;

export interface alarmSchema extends alarm$schematype {}

export interface conflictSchema extends conflict$schematype {}

export interface mirrorSchema extends mirror$schematype {}

export interface noticeSchema extends notice$schematype {}

export interface readerSchema extends reader$schematype {}

export interface receiptSchema extends receipt$schematype {}

export interface standbySchema extends standby$schematype {}
export const alarmSchema = _alarmSchema as alarmSchema;
export const conflictSchema = _conflictSchema as conflictSchema;
export const mirrorSchema = _mirrorSchema as mirrorSchema;
export const noticeSchema = _noticeSchema as noticeSchema;
export const readerSchema = _readerSchema as readerSchema;
export const receiptSchema = _receiptSchema as receiptSchema;
export const standbySchema = _standbySchema as standbySchema;

export interface Alarm extends v.InferInput<typeof alarmSchema> {}

export interface Conflict extends v.InferInput<typeof conflictSchema> {}

export interface Mirror extends v.InferInput<typeof mirrorSchema> {}

export interface Notice extends v.InferInput<typeof noticeSchema> {}

export interface Reader extends v.InferInput<typeof readerSchema> {}

export interface Receipt extends v.InferInput<typeof receiptSchema> {}

export interface Standby extends v.InferInput<typeof standbySchema> {}
