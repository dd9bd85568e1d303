import type { PlcData, PlcService } from './plc-data.ts';
import { plcNames } from './plc-names.ts';

/** One thing that an operation changed of what its DID says; `before` and `after` are left out where there is none. */
export type PlcChange =
  | { readonly what: 'made' | 'ended' | 'rotation-order' }
  /** The text after `at://` of the first such name. */
  | { readonly what: 'handle'; readonly before?: string; readonly after?: string }
  /** Of the account: an address. */
  | { readonly what: 'server'; readonly before?: string; readonly after?: string }
  /** `did:key`s */
  | { readonly what: 'signing-key'; readonly before?: string; readonly after?: string }
  | { readonly what: 'rotation-key'; readonly change: 'added' | 'removed'; readonly key: string }
  /** Another name than the handle, another key than the signing key, another service than the server. */
  | { readonly what: 'name' | 'method' | 'service'; readonly change: 'added' | 'removed' | 'replaced'; readonly id: string };

const SIGNING_KEY = 'atproto';
const SERVER = 'atproto_pds';

/**
 * What is different after an operation; nothing where it says the same again. `before` is undefined before a DID is made,
 * `after` when it has been ended. The keys of a new DID are not listed: all of them are new.
 */
export function plcChanges(before: PlcData | undefined, after: PlcData | undefined): PlcChange[] {
  if (after === undefined) return [{ what: 'ended' }];
  const [old, isNew] = [before ?? NOTHING, before === undefined];
  return [
    ...(isNew ? [{ what: 'made' as const }] : []),
    ...replaced('handle', plcNames(old).handle, plcNames(after).handle),
    ...replaced('server', old.services[SERVER]?.endpoint, after.services[SERVER]?.endpoint),
    ...(isNew ? [] : [
      ...replaced('signing-key', old.verificationMethods[SIGNING_KEY], after.verificationMethods[SIGNING_KEY]),
      ...rotationChanges(old.rotationKeys, after.rotationKeys),
    ]),
    ...entryChanges('name', namesOf(old), namesOf(after)),
    ...entryChanges('method', without(old.verificationMethods, SIGNING_KEY), without(after.verificationMethods, SIGNING_KEY)),
    ...entryChanges('service', servicesOf(old), servicesOf(after)),
  ];
}

const NOTHING: PlcData = { rotationKeys: [], verificationMethods: {}, alsoKnownAs: [], services: {} };

function replaced<What extends 'handle' | 'server' | 'signing-key'>(
  what: What, before: string | undefined, after: string | undefined,
): { readonly what: What; readonly before?: string; readonly after?: string }[] {
  return before === after ? [] : [{ what, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

function rotationChanges(before: readonly string[], after: readonly string[]): PlcChange[] {
  const added = after.filter((key) => !before.includes(key)).map((key) => ({ what: 'rotation-key', change: 'added', key }) as const);
  const removed = before.filter((key) => !after.includes(key)).map((key) => ({ what: 'rotation-key', change: 'removed', key }) as const);
  const kept = (keys: readonly string[], others: readonly string[]): string => keys.filter((key) => others.includes(key)).join(' ');
  return [...added, ...removed, ...(kept(before, after) === kept(after, before) ? [] : [{ what: 'rotation-order' } as const])];
}

type Entries = Readonly<Record<string, string>>;

function entryChanges(what: 'name' | 'method' | 'service', before: Entries, after: Entries): PlcChange[] {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return ids.flatMap((id) => {
    if (before[id] === after[id]) return [];
    const change = before[id] === undefined ? 'added' : after[id] === undefined ? 'removed' : 'replaced';
    return [{ what, change, id } as const];
  });
}

function namesOf(data: PlcData): Entries {
  return Object.fromEntries(plcNames(data).further.map((name) => [name, name]));
}

function servicesOf({ services }: PlcData): Entries {
  const said = ({ type, endpoint }: PlcService): string => `${type} ${endpoint}`;
  const { [SERVER]: server, ...others } = services;
  // Its address is told as the server; what is left of it is its type.
  const type = server === undefined || server.type === 'AtprotoPersonalDataServer' ? {} : { [SERVER]: server.type };
  return { ...Object.fromEntries(Object.entries(others).map(([id, service]) => [id, said(service)])), ...type };
}

function without(entries: Entries, id: string): Entries {
  const { [id]: _, ...others } = entries;
  return others;
}
