/** A part of Holdfast and how it stands, in words for whoever opens the page. */
export interface Part {
  readonly name: string;
  readonly words: string;
}

/** What works, and is proved by a test. */
export const WORKS: readonly Part[] = [
  {
    name: 'Repository engine',
    words: 'Records in a signed tree: writing, changing, proving, export as a CAR file, and strict verification, as a '
      + 'tested library. Only the self-check uses it yet.',
  },
  {
    name: 'Self-check',
    words: 'Runs the engine and what it stands on in this very browser, on a repository that is then thrown away, and '
      + 'compares with known answers.',
  },
];

/** What does not exist, so that nobody looks for it. */
export const MISSING: readonly Part[] = [
  { name: 'Accounts', words: 'No identity, no sign-in, no keys that last. You cannot make an account here yet.' },
  { name: 'Storage', words: 'Nothing is kept in this browser, neither records nor settings.' },
  { name: 'Service worker', words: 'The server inside the page. Without it the page does not work offline either.' },
  { name: 'Mirror', words: 'The always-on copy, and with it every connection to the network and to apps.' },
];

/** The places of Holdfast, from the owner outwards. */
export const PLACES: readonly (Part & { readonly id: 'house' | 'mirror' | 'street'; readonly state: string })[] = [
  { id: 'house', name: 'The house', words: 'this browser, with your records', state: 'Being built' },
  { id: 'mirror', name: 'The mirror', words: 'a copy that is always on', state: 'Not built yet' },
  { id: 'street', name: 'The street', words: 'apps and the network', state: 'Not reached yet' },
];
