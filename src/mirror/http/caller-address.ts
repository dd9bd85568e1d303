import type { IncomingMessage } from 'node:http';

/**
 * The address of who calls. Behind a proxy on this machine that is what the proxy says, which it writes last; anybody
 * else can write what they like, and is not believed.
 */
export function callerAddress({ socket, headers }: IncomingMessage, isBehindProxy: boolean): string {
  const peer = socket.remoteAddress ?? '';
  const forwarded = headers['x-forwarded-for'];
  if (!isBehindProxy || !isOwn(peer) || forwarded === undefined) return peer;
  return String(forwarded).split(',').at(-1)!.trim();
}

/** Of this machine. */
export function isOwn(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
