import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _errorSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.job.list#error")),
	"code": /*#__PURE__*/ v.string(),
	"message": /*#__PURE__*/ v.string(),
});
const _jobSchema = /*#__PURE__*/ v.object(
	{
		"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.job.list#job")),
		"did": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.didString()),
		"done": /*#__PURE__*/ v.integer(),
		"endedAt": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.datetimeString()),
		get "error"() {
			return /*#__PURE__*/ v.optional(errorSchema)
		},
		"id": /*#__PURE__*/ v.string(),
		"kind": /*#__PURE__*/ v.string<"check" | "compact" | "compare" | "mend" | "rescue" | "restore" | "save" | "unpack" | "verify" | (string & {})>(),
		get "result"() {
			return /*#__PURE__*/ v.optional(resultSchema)
		},
		"startedAt": /*#__PURE__*/ v.datetimeString(),
		/**
		 * stopped: the page that ran it is gone.
		 */
		"state": /*#__PURE__*/ v.string<"cancelled" | "done" | "failed" | "running" | "stopped" | (string & {})>(),
		"total": /*#__PURE__*/ v.integer(),
		"unit": /*#__PURE__*/ v.string<"bytes" | "records" | (string & {})>(),
	}
);
const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.job.list",
	{
		"params": null,
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					get "jobs"() {
						return /*#__PURE__*/ v.array(jobSchema)
					},
				}
			),
		}
	}
);
const _resultSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.job.list#result")),
	"bytes": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
	"fileName": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.string()),
	"records": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.integer()),
	"rev": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.tidString()),
});
type error$schematype = typeof _errorSchema;
type job$schematype = typeof _jobSchema;
type main$schematype = typeof _mainSchema;
type result$schematype = typeof _resultSchema;

export interface errorSchema extends error$schematype {}

export interface jobSchema extends job$schematype {}

export interface mainSchema extends main$schematype {}

export interface resultSchema extends result$schematype {}
export const errorSchema = _errorSchema as errorSchema;
export const jobSchema = _jobSchema as jobSchema;
export const mainSchema = _mainSchema as mainSchema;
export const resultSchema = _resultSchema as resultSchema;

export interface Error extends v.InferInput<typeof errorSchema> {}

export interface Job extends v.InferInput<typeof jobSchema> {}

export interface Result extends v.InferInput<typeof resultSchema> {}

export interface $params {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCQueries {
		"app.holdfast.job.list": mainSchema;
	}
}
