/** A passphrase as the house drew it. */
export interface DrawnPassphrase {
  readonly passphrase: string;
  /** Of entropy. */
  readonly bits: number;
}

// The passphrases of kits that were made since the page was loaded. They are on no disk: a reload forgets them.
const passphrases = new Map<string, DrawnPassphrase>();

/** Keeps the passphrase of an account's kit while the page is open. */
export const rememberPassphrase = (did: string, drawn: DrawnPassphrase): void => void passphrases.set(did, drawn);

/** The passphrase of an account's kit, if it was made since the page was loaded. */
export const rememberedPassphrase = (did: string): DrawnPassphrase | undefined => passphrases.get(did);

/** Lets the passphrase go: the owner has it. */
export const forgetPassphrase = (did: string): void => void passphrases.delete(did);

/** The groups of a passphrase, as they are written. */
export const groupsOf = (passphrase: string): string[] => passphrase.split('-');

/** Two groups of a passphrase of `count` groups to ask for, by their index, in order. Chance decides. */
export function twoOf(count: number): readonly [number, number] {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint8Array(2));
  const first = a % count;
  const second = (first + 1 + (b % (count - 1))) % count;
  return first < second ? [first, second] : [second, first];
}

/** What somebody typed for a group, as it is compared: upper case, nothing between, look-alikes as one. */
export const asTyped = (text: string): string =>
  text.normalize('NFKC').toUpperCase().replaceAll(/[\s\p{Pd}\p{Cf}_.]/gu, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
