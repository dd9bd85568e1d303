import { formatMultikey } from '../../protocol/index.ts';
import type { MirrorHost } from '../mirror-host.ts';

/** The DID document of the mirror itself: where it is, and the key that signs its receipts. */
export function serviceDocument({ at: { did, origin }, signer: { publicKey } }: Pick<MirrorHost, 'at' | 'signer'>): object {
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [
      { id: `${did}#holdfast_receipts`, type: 'Multikey', controller: did, publicKeyMultibase: formatMultikey(publicKey) },
    ],
    service: [
      { id: '#holdfast_mirror', type: 'HoldfastMirror', serviceEndpoint: origin },
      { id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: origin },
    ],
  };
}
