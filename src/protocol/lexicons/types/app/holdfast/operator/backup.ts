import type {} from '@atcute/lexicons';
import * as v from '@atcute/lexicons/validations';
import type {} from '@atcute/lexicons/ambient';

const _mainSchema = /*#__PURE__*/ v.procedure(
	"app.holdfast.operator.backup",
	{
		"params": null,
		"input": null,
		"output": { "type": "blob", "encoding": ["application/jsonl"], }
	}
);
type main$schematype = typeof _mainSchema;

export interface mainSchema extends main$schematype {}
export const mainSchema = _mainSchema as mainSchema;

export interface $params {}
export type $output = v.InferXRPCBodyInput<mainSchema['output']>;
declare module '@atcute/lexicons/ambient' {
	interface XRPCProcedures {
		"app.holdfast.operator.backup": mainSchema;
	}
}
