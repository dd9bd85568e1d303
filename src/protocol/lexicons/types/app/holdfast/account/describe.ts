import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';
import * as AppHoldfastAccountDefs from "./defs.ts";

const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.account.describe",
	{
		"params": /*#__PURE__*/ v.object({ "did": /*#__PURE__*/ v.didString(), }),
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "account"() {
						return AppHoldfastAccountDefs.accountSchema
					},
					/**
					 * @minimum 0
					 */
					"blobBytes": /*#__PURE__*/ v.integer(),
					/**
					 * @minimum 0
					 */
					"blobs": /*#__PURE__*/ v.integer(),
					get "collections"() {
						return /*#__PURE__*/ v.array(AppHoldfastAccountDefs.collectionSchema)
					},
					/**
					 * About so many of them are dead: a compaction brings them back.
					 * @minimum 0
					 */
					"deadBytes": /*#__PURE__*/ v.integer(),
					/**
					 * Bytes of history.
					 * @minimum 0
					 */
					"historyBytes": /*#__PURE__*/ v.integer(),
					/**
					 * The oldest commit of history, the next to fall out.
					 */
					"historyFrom": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.tidString()),
					/**
					 * Bytes that history may take.
					 * @minimum 0
					 */
					"historyLimit": /*#__PURE__*/ v.integer(),
					/**
					 * Signed PLC operations that wait for a directory.
					 * @minimum 0
					 */
					"operations": /*#__PURE__*/ v.integer(),
					/**
					 * Bytes of the stored blocks, dead ones included.
					 * @minimum 0
					 */
					"repositoryBytes": /*#__PURE__*/ v.integer(),
					"rotationKeys": /*#__PURE__*/ v.array(/*#__PURE__*/ v.string()),
					/**
					 * did:key
					 */
					"signingKey": /*#__PURE__*/ v.string(),
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
		"app.holdfast.account.describe": mainSchema;
	}
}
