import { formatDidKey } from '../protocol/index.ts';
import type { PublicKey } from '../protocol/index.ts';
import type { Kit } from './kit.ts';

/** A kit without its private keys. */
export interface KitFacts extends Omit<Kit, 'recovery' | 'signing' | 'genesis'> {
  readonly recovery: { readonly publicKey: PublicKey };
  readonly signing: { readonly publicKey: PublicKey };
}

/** What the printed page says: plain texts, none of them secret. The passphrase is printed by itself, or written down. */
export interface KitPage {
  readonly did: string;
  /** Empty where there is none. */
  readonly handle: string;
  /** Empty where there is none. */
  readonly mirror: string;
  /** The public halves, as `did:key`, to tell one kit from another. */
  readonly recoveryKey: string;
  readonly signingKey: string;
  readonly createdAt: string;
  /** Empty where the kit does not say. */
  readonly rev: string;
  /** A name for the sealed file that any file system takes. */
  readonly fileName: string;
  /** What opens the file without Holdfast. */
  readonly command: string;
}

/** The page that is printed beside a sealed kit. It can be made again without opening the kit. */
export function kitPage(kit: KitFacts): KitPage {
  const name = (kit.handle ?? kit.did).replaceAll(/[^a-zA-Z0-9.-]+/g, '-').slice(0, 100);
  const fileName = `holdfast-kit-${name}-${kit.createdAt.slice(0, 10)}.age`;
  return {
    did: kit.did,
    handle: kit.handle ?? '',
    mirror: kit.mirror ?? '',
    recoveryKey: formatDidKey(kit.recovery.publicKey),
    signingKey: formatDidKey(kit.signing.publicKey),
    createdAt: kit.createdAt,
    rev: kit.rev ?? '',
    fileName,
    command: `age --decrypt ${fileName}`,
  };
}
