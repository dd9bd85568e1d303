import { parseArgs } from 'node:util';
import { HoldfastError, isDid, isHandle, normalizeHandle } from '../protocol/index.ts';
import { isLocal } from './host.ts';
import type { Did, Handle } from '../protocol/index.ts';

export const USAGE = `npm run check -- https://host did-or-handle [options]

Holds any server of accounts of the AT Protocol to the protocol: what it answers, and what its firehose tells.

  --password TEXT    also write, with this password of the account; or the environment's HOLDFAST_CHECK_PASSWORD.
                     Only into the collection app.holdfast.check, which is emptied at the end.
  --wait SECONDS     wait so long for something to happen on the firehose (10)
  --quiet SECONDS    a firehose on which nothing comes for so long has told all that it had (2)
  --directory URL    the PLC directory (https://plc.directory)
  --json             the results as JSON

It ends with 0 where nothing is wrong, with 1 where something is, with 2 where it was called wrongly or could not begin.`;

/** What somebody wants to have checked. */
export interface Settings {
  readonly origin: string;
  readonly account: Did | Handle;
  readonly password?: string;
  readonly waitMs: number;
  readonly quietMs: number;
  readonly directory: string;
  readonly isJson: boolean;
}

/** It was called in another way than it says. */
export class UsageError extends HoldfastError<'Usage'> {
  constructor(message: string) {
    super('Usage', message);
  }
}

const MOST_SECONDS = 600;

/** @throws UsageError */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv = {}): Settings {
  const { values, positionals } = parsed(args);
  const [address, account, ...more] = positionals;
  if (address === undefined || account === undefined || more.length > 0) throw new UsageError('It takes the address of a server, and the DID or the name of an account on it.');
  const password = values.password ?? env['HOLDFAST_CHECK_PASSWORD'];
  return {
    origin: originOf(address), account: accountOf(account), waitMs: secondsOf('wait', values.wait, 10), quietMs: secondsOf('quiet', values.quiet, 2),
    directory: addressOf(values.directory ?? 'https://plc.directory'), isJson: values.json === true, ...(password !== undefined && password !== '' && { password }),
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args], allowPositionals: true, options: { password: text, wait: text, quiet: text, directory: text, json: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** An address as DID documents name it: https, or http on this machine. */
function originOf(text: string): string {
  const url = URL.parse(text);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal(url.origin));
  if (url === null || !isSafe || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new UsageError(`${text} is not the address of a server: https://host, or http://localhost:port on this machine.`);
  }
  return url.origin;
}

function accountOf(text: string): Did | Handle {
  const name = text.replace(/^@/, '');
  if (isDid(name)) return name;
  if (isHandle(name)) return normalizeHandle(name);
  throw new UsageError(`${text} is neither a DID nor the name of an account.`);
}

function addressOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['https:', 'http:'].includes(url.protocol)) throw new UsageError(`${text} is not the address of a PLC directory.`);
  return url.href.replace(/\/$/, '');
}

function secondsOf(name: string, text: string | undefined, otherwise: number): number {
  const seconds = text === undefined ? otherwise : Number(text);
  if (!(seconds >= 0 && seconds <= MOST_SECONDS) || text?.trim() === '') throw new UsageError(`--${name} takes seconds, from 0 to ${MOST_SECONDS}.`);
  return seconds * 1_000;
}
