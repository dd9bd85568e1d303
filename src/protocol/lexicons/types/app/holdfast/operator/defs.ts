import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';

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
		 * When it last took what it was asked.
		 */
		"takenAt": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		"url": /*#__PURE__*/ v.genericUriString(),
	}
);
type accounts$schematype = typeof _accountsSchema;
type blobs$schematype = typeof _blobsSchema;
type relay$schematype = typeof _relaySchema;

export interface accountsSchema extends accounts$schematype {}

export interface blobsSchema extends blobs$schematype {}

export interface relaySchema extends relay$schematype {}
export const accountsSchema = _accountsSchema as accountsSchema;
export const blobsSchema = _blobsSchema as blobsSchema;
export const relaySchema = _relaySchema as relaySchema;

export interface Accounts extends v.InferInput<typeof accountsSchema> {}

export interface Blobs extends v.InferInput<typeof blobsSchema> {}

export interface Relay extends v.InferInput<typeof relaySchema> {}
