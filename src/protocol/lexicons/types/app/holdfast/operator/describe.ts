import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastOperatorDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.operator.describe",
	{
		"params": null,
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "accounts"() {
						return AppHoldfastOperatorDefs.accountsSchema
					},
					get "blobs"() {
						return AppHoldfastOperatorDefs.blobsSchema
					},
					/**
					 * Of the files of the database.
					 * @minimum 0
					 */
					"databaseBytes": /*#__PURE__*/ v.integer(),
					"did": /*#__PURE__*/ v.didString(),
					/**
					 * Events of the last hour, of all host names.
					 * @minimum 0
					 */
					"eventsInHour": /*#__PURE__*/ v.integer(),
					get "hosts"() {
						return /*#__PURE__*/ v.array(AppHoldfastOperatorDefs.hostSchema)
					},
					/**
					 * Of the newest event ever, 0 before the first.
					 * @minimum 0
					 */
					"lastSeq": /*#__PURE__*/ v.integer(),
					get "relays"() {
						return /*#__PURE__*/ v.array(AppHoldfastOperatorDefs.relaySchema)
					},
					"startedAt": /*#__PURE__*/ v.datetimeString(),
					/**
					 * Who reads the firehose now.
					 * @minimum 0
					 */
					"subscribers": /*#__PURE__*/ v.integer(),
					"time": /*#__PURE__*/ v.datetimeString(),
					"version": /*#__PURE__*/ v.string(),
					/**
					 * Those of any host name; and full, where none has room for another account.
					 */
					"warnings": /*#__PURE__*/ v.array(/*#__PURE__*/ v.string<"accounts" | "eventsInHour" | "full" | (string & {})>()),
				}
			),
		}
	}
);
type main$schematype = typeof _mainSchema;

export interface mainSchema extends main$schematype {}
export const mainSchema = _mainSchema as mainSchema;

export interface $params {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCQueries {
		"app.holdfast.operator.describe": mainSchema;
	}
}
