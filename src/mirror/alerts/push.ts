import { createECDH, ECDH } from 'node:crypto';
import type { MirrorStore, WayTo } from '../../mirroring/index.ts';

/** The VAPID key pair of a mirror (RFC 8292), in base64url: push services know it by this, and browsers let nobody else send. */
export interface PushKey {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** What is posted to a push service. */
export interface Sealed {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Encrypts a message to a browser, and signs for its push service. @param seconds for so long it may wait until the browser is there */
export type SealPush = (to: Browser, message: object, seconds: number) => Promise<Sealed>;

type Browser = Extract<WayTo, { kind: 'push' }>;

const NAME = 'push-key';
const CURVE = 'prime256v1';
const SCALAR_BYTES = 32;
const POINT = /^[A-Za-z0-9_-]{87}$/;
const AUTH = /^[A-Za-z0-9_-]{22}$/;
/** Messages have this length, or a multiple where names are long: it says next to nothing to those who carry them. */
const MESSAGE_BYTES = 512;

/** The key that push services know this mirror by: made at its first start, kept in its store, the same ever after. */
export async function pushKey(store: MirrorStore): Promise<PushKey> {
  const fresh = createECDH(CURVE);
  fresh.generateKeys();
  const candidate = new Uint8Array(SCALAR_BYTES);
  const scalar = fresh.getPrivateKey();
  candidate.set(scalar, SCALAR_BYTES - scalar.length);
  const kept = createECDH(CURVE);
  const secret = Buffer.from(await store.firstFact(NAME, candidate));
  kept.setPrivateKey(secret);
  return { publicKey: kept.getPublicKey('base64url'), privateKey: secret.toString('base64url') };
}

/**
 * Seals with the key of a mirror, as RFC 8291 and RFC 8292 have it. It signs for the server that is asked, or throws an Error.
 * @param subject where a push service may complain: `mailto:` or `https:`
 */
export function sealWith({ publicKey, privateKey }: PushKey, subject: string): SealPush {
  return async ({ endpoint, p256dh, auth }, message, seconds) => {
    // Most mirrors never need it.
    const { default: { generateRequestDetails } } = await import('web-push');
    const { href, origin } = new URL(endpoint);
    const { body, headers } = generateRequestDetails({ endpoint: href, keys: { p256dh, auth } }, padded(message), {
      vapidDetails: { subject, publicKey, privateKey }, TTL: seconds, urgency: 'high', contentEncoding: 'aes128gcm',
    });
    const { 'Content-Length': _, ...rest } = headers;
    // It reads addresses as Node did once, which is not how they are asked.
    if (audienceOf(String(rest['Authorization'])) !== origin) throw new Error('its address is read as that of another server');
    return { body: new Uint8Array(body), headers: Object.fromEntries(Object.entries(rest).map(([name, value]) => [name.toLowerCase(), String(value)])) };
  };
}

/** For whom the token of RFC 8292 is. */
function audienceOf(authorization: string): unknown {
  const [, claims = ''] = /^vapid t=[\w-]+\.([\w-]+)\./.exec(authorization) ?? [];
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly aud: unknown }).aud;
}

function padded(message: object): string {
  const text = JSON.stringify(message);
  const bytes = Buffer.byteLength(text);
  return text + ' '.repeat(Math.ceil(bytes / MESSAGE_BYTES) * MESSAGE_BYTES - bytes);
}

/** Whether something can be encrypted to a browser with these: a point of P-256, and 16 bytes. */
export function arePushKeys(p256dh: string, auth: string): boolean {
  try {
    return POINT.test(p256dh) && AUTH.test(auth) && ECDH.convertKey(p256dh, CURVE, 'base64url', 'base64url', 'uncompressed') === p256dh;
  } catch {
    return false;
  }
}
