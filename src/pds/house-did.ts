import { parseDid } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';

/** The DID of the house at this host, `example.com` or `localhost:1234` (https://w3c-ccg.github.io/did-method-web). */
export function houseDid(host: string): Did {
  return parseDid(`did:web:${host.replace(':', '%3A')}`);
}
