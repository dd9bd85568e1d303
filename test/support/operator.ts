// How the operator of a mirror asks it, for tests.
import type { OperatorSettings } from '../../src/mirror/settings.ts';
import { ask } from './running-mirror.ts';
import type { RunningTestMirror, Told } from './running-mirror.ts';

/** The setting of a mirror that has an operator. */
export const OPERATOR: OperatorSettings = { port: 0, address: '127.0.0.1', token: 'a-token-of-an-operator-0123456789' };
/** What the operator shows. */
export const SHOWN: Readonly<Record<string, string>> = { authorization: `Bearer ${OPERATOR.token}` };

/** Calls a method of the operator's, with its parameters in its name; what has no input is a query. */
export function operate({ operatorUrl }: Pick<RunningTestMirror, 'operatorUrl'>, method: string, input?: object): Promise<Told> {
  return ask({ url: operatorUrl }, `/xrpc/app.holdfast.operator.${method}`, input === undefined ? { headers: SHOWN } : {
    method: 'POST', headers: { ...SHOWN, 'content-type': 'application/json' }, body: JSON.stringify(input),
  });
}

/** As `operate`, and it has to work. */
export async function operated(mirror: Pick<RunningTestMirror, 'operatorUrl'>, method: string, input?: object): Promise<Record<string, unknown>> {
  const { status, body } = await operate(mirror, method, input);
  if (status !== 200) throw new Error(`${method} was answered with ${status}: ${JSON.stringify(body)}`);
  return body;
}
