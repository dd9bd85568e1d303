import type { Datetime, Did, Handle, PublicKey, Tid } from '../protocol/index.ts';
import type { Secret } from './secret.ts';

/** A private key in a kit. A P-256 one was tried against its public key; for K-256, WebCrypto has no means to. */
export interface KitKey {
  readonly publicKey: PublicKey;
  readonly secret: Secret;
}

/** What brings an account back, together with any copy of its repository. */
export interface Kit {
  readonly did: Did;
  readonly handle?: Handle;
  /** Where the mirror was: an http or https address. */
  readonly mirror?: string;
  /** The signed genesis operation of a did:plc as DAG-CBOR, for an account that no directory knows yet. */
  readonly genesis?: Uint8Array;
  /** The rev of the head when the kit was made. */
  readonly rev?: Tid;
  readonly createdAt: Datetime;
  /** Rotation key 0. */
  readonly recovery: KitKey;
  readonly signing: KitKey;
}

/** Overwrites the private keys of a kit. */
export function wipeKit(kit: Kit): void {
  kit.recovery.secret.wipe();
  kit.signing.secret.wipe();
}
