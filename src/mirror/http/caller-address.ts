import { isIPv6 } from 'node:net';
import type { IncomingMessage } from 'node:http';

const PARTS = 8;
/** Of an IPv6 address, what says whose it is: whoever has one has the whole network of 64 bits. */
const NETWORK_PARTS = 4;

/**
 * The address of who calls, of IPv6 its network. Behind a proxy on this machine that is what the proxy says, which it writes last; anybody
 * else can write what they like, and is not believed.
 */
export function callerAddress({ socket, headers }: IncomingMessage, isBehindProxy: boolean): string {
  const peer = socket.remoteAddress ?? '';
  const forwarded = headers['x-forwarded-for'];
  if (!isBehindProxy || !isOwn(peer) || forwarded === undefined) return networkOf(peer);
  return networkOf(String(forwarded).split(',').at(-1)!.trim());
}

/** Of this machine. */
export function isOwn(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  // As every way to write it comes out.
  const [head = '', tail = ''] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const [first, last] = [head, tail].map((parts) => parts.split(':').filter((part) => part !== '')) as [string[], string[]];
  const zeros = Array.from({ length: PARTS - first.length - last.length }, () => '0');
  return `${[...first, ...zeros, ...last].slice(0, NETWORK_PARTS).join(':')}::/64`;
}
