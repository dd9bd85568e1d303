/** How the conversation with the mirror of an account stands. */
export type BridgeLink =
  /** `by` says what carries it. */
  | { readonly state: 'linked'; readonly by: 'websocket' | 'webrtc' }
  /** The mirror does not answer; it is tried again. `since` is a datetime. */
  | { readonly state: 'away'; readonly since: string };

/** The conversations there are, by the DID of the account. */
export type BridgeLinks = ReadonlyMap<string, BridgeLink>;
