import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.history.get",
	{
		"params": /*#__PURE__*/ v.object(
			{
				"did": /*#__PURE__*/ v.didString(),
				/**
				 * collection/rkey
				 */
				"path": /*#__PURE__*/ v.string(),
				/**
				 * Of the commit.
				 */
				"rev": /*#__PURE__*/ v.tidString(),
			}
		),
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					"action": /*#__PURE__*/ v.string<"create" | "delete" | "update" | (string & {})>(),
					/**
					 * The record; absent where there was none, or where it is not kept.
					 */
					"after": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.unknown()),
					/**
					 * The record; absent where there was none.
					 */
					"before": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.unknown()),
					/**
					 * Blobs that the record named before, and that are not here any more. Absent where all are here.
					 */
					"missingBlobs": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.array(/*#__PURE__*/ v.cidString())),
					/**
					 * Of the record that is there now.
					 */
					"present": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.cidString()),
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
		"app.holdfast.history.get": mainSchema;
	}
}
