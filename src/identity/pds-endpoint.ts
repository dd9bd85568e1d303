/**
 * The origin that an `atproto_pds` service names, or undefined where the text is no address of a server: http or https,
 * host and port, and nothing behind (https://atproto.com/specs/did#did-documents).
 */
export function pdsOrigin(endpoint: string): string | undefined {
  if (!/^https?:\/\/[^\s/?#@\\]+\/?$/i.test(endpoint)) return undefined;
  try {
    return new URL(endpoint).origin;
  } catch {
    return undefined;
  }
}
