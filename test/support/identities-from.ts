import type { KnownIdentity } from './firehose-rules.ts';

/** What a directory says of accounts, present and past. */
export function identitiesFrom(directory: string): (did: string) => Promise<KnownIdentity | undefined> {
  const known = new Map<string, Promise<KnownIdentity | undefined>>();
  return (did) => {
    const found = known.get(did) ?? readIdentity(directory, did);
    known.set(did, found);
    return found;
  };
}

interface Operation {
  readonly alsoKnownAs: readonly string[];
  readonly verificationMethods: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, { readonly endpoint: string }>>;
}

async function readIdentity(directory: string, did: string): Promise<KnownIdentity | undefined> {
  const answer = await fetch(`${directory}/${did}/log`);
  if (!answer.ok) return undefined;
  const log = await answer.json() as Operation[];
  return {
    keys: log.flatMap(({ verificationMethods }) => verificationMethods['atproto'] ?? []),
    handles: log.flatMap(({ alsoKnownAs }) => alsoKnownAs.map((name) => name.replace('at://', ''))),
    hosts: log.flatMap(({ services }) => services['atproto_pds']?.endpoint ?? []),
  };
}
