import type { Did } from '../../protocol/index.ts';

/** What opens a sealed kit: a passphrase, or a passkey. */
export type SealedKitKind = 'passphrase' | 'passkey';

/** A copy of a recovery kit that its owner has put with the mirror: bytes that the mirror cannot open. */
export interface SealedKit {
  readonly kind: SealedKitKind;
  readonly file: Uint8Array;
  /** When it came: milliseconds since 1970. */
  readonly storedAt: number;
  /** The `did:key` of the primary that gave it to this standby; left out where its owner put it here, and once this is no standby any more. */
  readonly cameFrom?: string;
}

/** The part of a mirror's store that keeps sealed kits: one of each kind for an account, as long as that is kept. */
export interface SealedKits {
  /** None of an account that is not kept. */
  kits(did: Did): Promise<readonly SealedKit[]>;
  /**
   * In the place of the one of its kind. It goes by itself when the head of the account is signed by another key than this one:
   * it would open keys that the account no longer has.
   * @param kit `signingKey` is the `did:key` that the DID names now
   * @returns when it came: milliseconds since 1970
   * @throws MirrorStoreError AccountMissing
   */
  putKit(did: Did, kit: Omit<SealedKit, 'storedAt'> & { readonly signingKey: string }): Promise<number>;
  /** Also where there is none. @throws MirrorStoreError AccountMissing */
  removeKit(did: Did, kind: SealedKitKind): Promise<void>;
}
