import { HouseError } from '../house/house-error.ts';
import { ask } from './ask.ts';
import { JobFailure } from './job-types.ts';
import type { ProcedureInput, ProcedureOutput } from '../../protocol/index.ts';

/** The methods of the house that seal a kit or open one. The service worker does not know them. */
export type KitMethod = 'app.holdfast.account.create' | 'app.holdfast.kit.prove';

/** What is asked of the worker. */
export interface KitCall {
  readonly nsid: KitMethod;
  readonly input: unknown;
  readonly requestId: string;
}

/** The answer of such a method: what its lexicon says, or a refusal. */
export interface KitAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Calls a method of the house that seals a kit or opens one. An answer that is lost is asked for again, with the same request id.
 * Rejects with HouseError, as the house refuses; or with `JobFailure`.
 */
export async function callKit<Method extends KitMethod>(
  nsid: Method, input: ProcedureInput<Method>, requestId: string = crypto.randomUUID(),
): Promise<ProcedureOutput<Method>> {
  const call: KitCall = { nsid, input, requestId };
  const { status, body } = await ask<KitAnswer>('kit', call).catch((error: unknown) => {
    if (error instanceof JobFailure && error.code === 'WorkerStopped') return ask<KitAnswer>('kit', call);
    throw error;
  });
  if (status !== 200) throw new HouseError(status, String(body['error']), String(body['message']));
  return body as ProcedureOutput<Method>;
}
