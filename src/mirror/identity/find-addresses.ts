import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

/** Finds where a name leads. @throws what went wrong, also where it leads nowhere */
export type FindAddresses = (name: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;

/** All of it is for tests. */
export interface AddressFinderOptions {
  /** Name servers, with their ports; those of this machine where they are left out. */
  readonly servers?: readonly string[];
  /** What this machine itself says of names, in the form of `/etc/hosts`. */
  readonly ownNames?: () => Promise<string>;
}

/** Of one question to one server, in milliseconds; another try takes longer. */
const TIMEOUT_MS = 1_500;
const TRIES = 2;

/**
 * Looks names up where this machine has its own, and else in the DNS. What the system has for this (`getaddrinfo`) keeps one of the few
 * threads of the process for each name and cannot be broken off: names that nobody answers for would keep all others waiting.
 */
export function addressFinder({ servers, ownNames = () => readFile('/etc/hosts', 'utf8') }: AddressFinderOptions = {}): FindAddresses {
  return async (name, signal) => {
    // Windows has no such file.
    const own = ownAddresses(await ownNames().catch(() => ''), name.toLowerCase());
    if (own.length > 0) return own;
    signal.throwIfAborted();
    // What is cancelled of a resolver is all that it was asked, so each name has one.
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = (): void => resolver.cancel();
    signal.addEventListener('abort', cancel);
    try {
      return await inDns(resolver, name);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}

/** Where there are addresses of one kind, nothing is wrong with a name that has none of the other. */
async function inDns(resolver: Resolver, name: string): Promise<readonly LookupAddress[]> {
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found = answers.flatMap((answer) => answer.status === 'fulfilled' ? addressesOf(answer.value) : []);
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (found.length === 0 && failed !== undefined) throw failed.reason;
  return found;
}

/** What the lines of `/etc/hosts` say of a name. */
function ownAddresses(lines: string, name: string): readonly LookupAddress[] {
  return lines.split('\n').flatMap((line) => {
    const [address, ...names] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
    return address !== undefined && names.includes(name) ? addressesOf([address]) : [];
  });
}

function addressesOf(texts: readonly string[]): readonly LookupAddress[] {
  return texts.map((address) => ({ address, family: isIP(address) })).filter(({ family }) => family !== 0);
}
