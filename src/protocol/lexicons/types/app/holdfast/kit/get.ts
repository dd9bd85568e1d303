import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.query(
	"app.holdfast.kit.get",
	{
		"params": /*#__PURE__*/ v.object({ "did": /*#__PURE__*/ v.didString(), }),
		"output": {
			"type": "lex",
			"schema": /*#__PURE__*/ v.object(
				{
					/**
					 * An armored age file.
					 */
					"armored": /*#__PURE__*/ v.string(),
					get "page"() {
						return pageSchema
					},
				}
			),
		}
	}
);
const _pageSchema = /*#__PURE__*/ v.object({
	"$type": /*#__PURE__*/ v.optional(/*#__PURE__*/ v.literal("app.holdfast.kit.get#page")),
	"command": /*#__PURE__*/ v.string(),
	"createdAt": /*#__PURE__*/ v.string(),
	"did": /*#__PURE__*/ v.string(),
	"fileName": /*#__PURE__*/ v.string(),
	"handle": /*#__PURE__*/ v.string(),
	"mirror": /*#__PURE__*/ v.string(),
	"recoveryKey": /*#__PURE__*/ v.string(),
	"rev": /*#__PURE__*/ v.string(),
	"signingKey": /*#__PURE__*/ v.string(),
});
type main$schematype = typeof _mainSchema;
type page$schematype = typeof _pageSchema;

export interface mainSchema extends main$schematype {}

export interface pageSchema extends page$schematype {}
export const mainSchema = _mainSchema as mainSchema;
export const pageSchema = _pageSchema as pageSchema;

export interface Page extends v.InferInput<typeof pageSchema> {}

export interface $params extends v.InferInput<mainSchema['params']> {}

export interface $output extends v.InferXRPCBodyInput<mainSchema['output']> {}
declare module '@atcute/lexicons/ambient' {
	interface XRPCQueries {
		"app.holdfast.kit.get": mainSchema;
	}
}
