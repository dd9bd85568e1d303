import { sha256 } from '../protocol/index.ts';

/** Whose words: all four are known to both sides, and none is secret. */
export interface Compared {
  readonly did: string;
  /** `did:key` that signs for the account. */
  readonly signingKey: string;
  /** The name of the mirror: its DID. */
  readonly mirrorDid: string;
  /** `did:key` that signs its receipts. */
  readonly mirrorKey: string;
}

/** So that they are no hash that is made for anything else. */
const PURPOSE = 'holdfast: words of an account and its mirror, 1';
const WORDS = 4;
const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aiou';

/**
 * The words that house and operator both show: where they are the same, both mean the same account with the same key at the mirror of the
 * same name and key. 64 bits of SHA-256, so that nobody finds another key for a mirror that has the same ones.
 */
export function wordsToCompare({ did, signingKey, mirrorDid, mirrorKey }: Compared): readonly string[] {
  const digest = sha256(new TextEncoder().encode([PURPOSE, did, signingKey, mirrorDid, mirrorKey].join('\n')));
  return Array.from({ length: WORDS }, (_, index) => speakable((digest[2 * index]! << 8) | digest[2 * index + 1]!));
}

/** 16 bits as a word of five letters, a proquint: https://arxiv.org/html/0901.4016 */
export function speakable(bits: number): string {
  const consonant = (shift: number): string => CONSONANTS[(bits >> shift) & 15]!;
  const vowel = (shift: number): string => VOWELS[(bits >> shift) & 3]!;
  return consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0);
}
