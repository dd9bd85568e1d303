import { isHandle } from '../../protocol/index.ts';
import { Refusal } from './refusal.ts';

/** A server that can be crawled. */
export interface HostAddress {
  /** As it is told: `pds.example`, or on one machine `localhost:2583` or `127.0.0.1:2583`. */
  readonly hostname: string;
  /** As DID documents name it. */
  readonly origin: string;
}

/**
 * The host that a text names: a DNS name, or on one machine `localhost` or its address with a port. Its origin may stand for it.
 * @throws Refusal InvalidHostname
 */
export function parseHost(text: string): HostAddress {
  const [, scheme, name] = /^(?:(https?):\/\/)?([^/?#@\\\s]{1,253})\/?$/i.exec(text) ?? [];
  const hostname = name?.toLowerCase();
  if (hostname !== undefined) {
    const port = Number(/^(?:localhost|127\.0\.0\.1):([1-9]\d{0,4})$/.exec(hostname)?.[1]);
    if (port <= 65_535 && scheme?.toLowerCase() !== 'https') return { hostname, origin: `http://${hostname}` };
    // A name of a host is made as a handle is: labels, and a last one that begins with a letter, so no address is one.
    if (isHandle(hostname) && scheme?.toLowerCase() !== 'http') return { hostname, origin: `https://${hostname}` };
  }
  throw new Refusal('InvalidHostname', 'A host is named by a DNS name, without port and path, or by localhost and a port.');
}
