import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _commitSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.history.undo#commit")),
	"cid": /*#__PURE__*/ v.cidString(),
	"rev": /*#__PURE__*/ v.tidString(),
});
const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.history.undo",
	{
		"params": null,
		"input": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					"did": /*#__PURE__*/ v.didString(),
					/**
					 * Also records that were changed again since.
					 */
					"force": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.boolean()),
					/**
					 * collection/rkey of the one record.
					 */
					"path": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
					/**
					 * Of the commit.
					 */
					"rev": /*#__PURE__*/ v.tidString(),
				}
			),
		},
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "commit"() {
						return /*#__PURE__*/ v.optional(commitSchema)
					},
					/**
					 * How many were put back; the others were so already.
					 * @minimum 0
					 */
					"records": /*#__PURE__*/ v.integer(),
				}
			),
		}
	}
);
type commit$schematype = typeof _commitSchema;
type main$schematype = typeof _mainSchema;

export interface commitSchema extends commit$schematype {}

export interface mainSchema extends main$schematype {}
export const commitSchema = _commitSchema as commitSchema;
export const mainSchema = _mainSchema as mainSchema;

export interface Commit extends v.InferInput<typeof commitSchema> {}

export interface $params {}

export interface $input extends v.InferXRPCBodyInput<mainSchema['input']> {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCProcedures {
		"app.holdfast.history.undo": mainSchema;
	}
}
