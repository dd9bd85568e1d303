/** Base32 of Douglas Crockford: no I, L, O or U. */
export const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** What people read or type for a character of the alphabet. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

/**
 * What somebody typed, as the alphabet has it: any case; spaces, dashes, dots or nothing between characters; O for 0, I or L for 1. What is
 * no character of it stays as it is.
 */
export function typedCrockford(text: string): readonly string[] {
  return [...text.normalize('NFKC').toUpperCase().replaceAll(/[\s\p{Pd}\p{Cf}\u2212_.]/gu, '')].map((typed) => LOOK_ALIKES[typed] ?? typed);
}
