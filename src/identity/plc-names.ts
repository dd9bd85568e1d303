import type { PlcData } from './plc-data.ts';

/** What a DID is also known as: the name of the account, and further names in their order. */
export interface PlcNames {
  /** The text after `at://` of the first such name. */
  readonly handle: string | undefined;
  /** URIs */
  readonly further: readonly string[];
}

const AT = 'at://';

/** The names that a DID says. */
export function plcNames({ alsoKnownAs }: Pick<PlcData, 'alsoKnownAs'>): PlcNames {
  const first = alsoKnownAs.find((name) => name.startsWith(AT));
  return { handle: first?.slice(AT.length), further: alsoKnownAs.filter((name) => name !== first) };
}

/** The same with another name for the account, in the place of the one it had; further names stay. */
export function withHandle(data: PlcData, handle: string): PlcData {
  return withNames(data, handle, plcNames(data).further);
}

/** The same with these further names. Where the account has no name, the first `at://` among them becomes it. */
export function withFurtherNames(data: PlcData, further: readonly string[]): PlcData {
  return withNames(data, plcNames(data).handle, further);
}

function withNames(data: PlcData, handle: string | undefined, further: readonly string[]): PlcData {
  const first = handle === undefined ? [] : [`${AT}${handle}`];
  return { ...data, alsoKnownAs: [...first, ...further.filter((name) => !first.includes(name))] };
}
