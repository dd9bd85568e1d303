import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _commitSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.activity.list#commit")),
		"cid": /*#__PURE__*/ v.cidString(),
		get "operations"() {
			return /*#__PURE__*/ v.array(operationSchema)
		},
		"rev": /*#__PURE__*/ v.tidString(),
		"time": /*#__PURE__*/ v.datetimeString(),
	}
);
const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.activity.list",
	{
		"params": /*#__PURE__*/ v.object(
			{
				/**
				 * A rev: what is older follows.
				 */
				"cursor": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
				"did": /*#__PURE__*/ v.didString(),
				/**
				 * @minimum 1
				 * @maximum 100
				 * @default 50
				 */
				"limit": /*#__PURE__*/ v.optional(
					/*#__PURE__*/ v.constrain(
						/*#__PURE__*/ v.integer(),
						[/*#__PURE__*/ v.integerRange(1, 100)]
					),
					50
				),
				/**
				 * collection/rkey: only commits that changed this record.
				 */
				"path": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
			}
		),
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "commits"() {
						return /*#__PURE__*/ v.array(commitSchema)
					},
					"cursor": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
				}
			),
		}
	}
);
const _operationSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.activity.list#operation")),
	"action": /*#__PURE__*/ v.string<"create" | "delete" | "update" | (string & {})>(),
	"cid": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.cidString()),
	"path": /*#__PURE__*/ v.string(),
	"prev": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.cidString()),
});
type commit$schematype = typeof _commitSchema;
type main$schematype = typeof _mainSchema;
type operation$schematype = typeof _operationSchema;

export interface commitSchema extends commit$schematype {}

export interface mainSchema extends main$schematype {}

export interface operationSchema extends operation$schematype {}
export const commitSchema = _commitSchema as commitSchema;
export const mainSchema = _mainSchema as mainSchema;
export const operationSchema = _operationSchema as operationSchema;

export interface Commit extends v.InferInput<typeof commitSchema> {}

export interface Operation extends v.InferInput<typeof operationSchema> {}

export interface $params extends v.InferInput<mainSchema['params']> {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCQueries {
		"app.holdfast.activity.list": mainSchema;
	}
}
