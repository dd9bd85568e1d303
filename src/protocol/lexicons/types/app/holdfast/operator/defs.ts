import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import * as AppHoldfastMirrorDefs from "../mirror/defs.ts";

const _accountSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.operator.defs#account")),
		"createdAt": /*#__PURE__*/ v.datetimeString(),
		"did": /*#__PURE__*/ v.didString(),
		"handle": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.handleString()),
		/**
		 * The name of this mirror that it lives under.
		 */
		"host": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
		/**
		 * @minimum 0
		 */
		"records": /*#__PURE__*/ v.integer(),
		"rev": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.tidString()),
		/**
		 * One that left keeps what was decided of it.
		 */
		"status": /*#__PURE__*/ v.string<"active" | "deactivated" | "deleted" | "pairing" | "suspended" | "takendown" | (string & {})>(),
		get "terms"() {
			return termsSchema
		},
		get "usage"() {
			return AppHoldfastMirrorDefs.usageSchema
		},
		/**
		 * Its owner sees the same ones, where nothing is to be handed over: then both mean this account, with this key. Of a standby there are none.
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
const _accountsSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.operator.defs#accounts")),
		/**
		 * @minimum 0
		 */
		"active": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"deactivated": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"deleted": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"pairing": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"suspended": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"takendown": /*#__PURE__*/ v.integer(),
	}
);
const _blobsSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.operator.defs#blobs")),
		/**
		 * @minimum 0
		 */
		"bytes": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"count": /*#__PURE__*/ v.integer(),
	}
);
const _hostSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.operator.defs#host")),
		/**
		 * Active ones.
		 * @minimum 0
		 */
		"accounts": /*#__PURE__*/ v.integer(),
		/**
		 * @minimum 0
		 */
		"eventsInHour": /*#__PURE__*/ v.integer(),
		/**
		 * Whether nobody more comes under it while another has room.
		 */
		"isFull": /*#__PURE__*/ v.boolean(),
		/**
		 * All that have not left, whatever their status.
		 * @minimum 0
		 */
		"kept": /*#__PURE__*/ v.integer(),
		"name": /*#__PURE__*/ v.string(),
		/**
		 * What comes near to what public relays take of one host name: from 80 of 100 active accounts on, from 2,000 of 2,500 events in an hour on.
		 */
		"warnings": /*#__PURE__*/ v.array(/*#__PURE__*/ v.string<"accounts" | "eventsInHour" | (string & {})>()),
	}
);
const _invitationSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.operator.defs#invitation")),
		"code": /*#__PURE__*/ v.string(),
		"createdAt": /*#__PURE__*/ v.datetimeString(),
		/**
		 * @minimum 0
		 */
		"days": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		"expiresAt": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		"note": /*#__PURE__*/ v.string(),
		get "terms"() {
			return termsSchema
		},
		"usedAt": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		"usedBy": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.didString()),
	}
);
const _relaySchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.operator.defs#relay")),
		/**
		 * Left out before the first time.
		 */
		"askedAt": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		/**
		 * What went wrong the last time, while failures is above 0.
		 */
		"failure": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
		/**
		 * Times in a row that it was asked and did not take it; it is asked again until it does.
		 * @minimum 0
		 */
		"failures": /*#__PURE__*/ v.integer(),
		/**
		 * The name of this mirror that it is asked to crawl: it knows each as a server of its own.
		 */
		"host": /*#__PURE__*/ v.string(),
		get "sight"() {
			return /*#__PURE__*/ v.optional(relaySightSchema)
		},
		/**
		 * When it last took what it was asked.
		 */
		"takenAt": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		"url": /*#__PURE__*/ v.genericUriString(),
	}
);
const _relayAccountSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.operator.defs#relayAccount")),
		"did": /*#__PURE__*/ v.didString(),
		/**
		 * What it has.
		 */
		"rev": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.tidString()),
		/**
		 * When it was seen so last.
		 */
		"seenAt": /*#__PURE__*/ v.datetimeString(),
		/**
		 * When it was seen so first.
		 */
		"since": /*#__PURE__*/ v.datetimeString(),
		"state": /*#__PURE__*/ v.string<"ahead" | "behind" | "inactive" | "missing" | (string & {})>(),
		/**
		 * Why it takes the account for inactive, where it says so.
		 */
		"status": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
	}
);
const _relaySightSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.operator.defs#relaySight")),
		/**
		 * How many accounts of this mirror it knows, where it says so.
		 * @minimum 0
		 */
		"accountCount": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		/**
		 * Accounts that it does not have as they are here; the first of them.
		 * @maxLength 100
		 */
		get "accounts"() {
			return /*#__PURE__*/ v.constrain(
				/*#__PURE__*/ v.array(relayAccountSchema),
				[/*#__PURE__*/ v.arrayLength(0, 100)]
			)
		},
		/**
		 * How many such accounts there are.
		 * @minimum 0
		 */
		"accountsWrong": /*#__PURE__*/ v.integer(),
		/**
		 * How many accounts it was asked about at the last look.
		 * @minimum 0
		 */
		"asked": /*#__PURE__*/ v.integer(),
		/**
		 * Why it could not be asked; what else is said is of the time before, then.
		 */
		"failure": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
		/**
		 * The words of com.atproto.sync.getHostStatus; missing where it does not know this mirror, silent where it does not say. Left out before it was asked once.
		 */
		"host": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string<"active" | "banned" | "idle" | "missing" | "offline" | "silent" | "throttled" | (string & {})>()),
		/**
		 * Whether it says that it has read an event that was never told here.
		 */
		"isAhead": /*#__PURE__*/ v.boolean(),
		/**
		 * How old the first event is that it has not read; 0 where there is none.
		 * @minimum 0
		 */
		"lagSeconds": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		"lookedAt": /*#__PURE__*/ v.datetimeString(),
		/**
		 * Of the last event that it has read, where it says so.
		 * @minimum 0
		 */
		"seq": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
		/**
		 * How often accounts were told anew because of it, since the start.
		 * @minimum 0
		 */
		"toldAnew": /*#__PURE__*/ v.integer(),
		/**
		 * When last.
		 */
		"toldAnewAt": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
	}
);
const _termsSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.operator.defs#terms")),
		/**
		 * @minimum 1
		 */
		"blobBytes": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.integer(),
			[/*#__PURE__*/ v.integerRange(1)]
		)),
		/**
		 * @minimum 1
		 */
		"repoBytes": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.integer(),
			[/*#__PURE__*/ v.integerRange(1)]
		)),
		/**
		 * It is kept until then.
		 */
		"until": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		/**
		 * @minimum 1
		 */
		"writesPerHour": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.constrain(
			/*#__PURE__*/ v.integer(),
			[/*#__PURE__*/ v.integerRange(1)]
		)),
	}
);
type account$schematype = typeof _accountSchema;
type accounts$schematype = typeof _accountsSchema;
type blobs$schematype = typeof _blobsSchema;
type host$schematype = typeof _hostSchema;
type invitation$schematype = typeof _invitationSchema;
type relay$schematype = typeof _relaySchema;
type relayAccount$schematype = typeof _relayAccountSchema;
type relaySight$schematype = typeof _relaySightSchema;
type terms$schematype = typeof _termsSchema;

export interface accountSchema extends account$schematype {}

export interface accountsSchema extends accounts$schematype {}

export interface blobsSchema extends blobs$schematype {}

export interface hostSchema extends host$schematype {}

export interface invitationSchema extends invitation$schematype {}

export interface relaySchema extends relay$schematype {}

export interface relayAccountSchema extends relayAccount$schematype {}

export interface relaySightSchema extends relaySight$schematype {}

export interface termsSchema extends terms$schematype {}
export const accountSchema = _accountSchema as accountSchema;
export const accountsSchema = _accountsSchema as accountsSchema;
export const blobsSchema = _blobsSchema as blobsSchema;
export const hostSchema = _hostSchema as hostSchema;
export const invitationSchema = _invitationSchema as invitationSchema;
export const relaySchema = _relaySchema as relaySchema;
export const relayAccountSchema = _relayAccountSchema as relayAccountSchema;
export const relaySightSchema = _relaySightSchema as relaySightSchema;
export const termsSchema = _termsSchema as termsSchema;

export interface Account extends v.InferInput<typeof accountSchema> {}

export interface Accounts extends v.InferInput<typeof accountsSchema> {}

export interface Blobs extends v.InferInput<typeof blobsSchema> {}

export interface Host extends v.InferInput<typeof hostSchema> {}

export interface Invitation extends v.InferInput<typeof invitationSchema> {}

export interface Relay extends v.InferInput<typeof relaySchema> {}

export interface RelayAccount extends v.InferInput<typeof relayAccountSchema> {}

export interface RelaySight extends v.InferInput<typeof relaySightSchema> {}

export interface Terms extends v.InferInput<typeof termsSchema> {}
