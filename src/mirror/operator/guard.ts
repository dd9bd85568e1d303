import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { OperatorSettings } from '../settings.ts';

/**
 * Whether the request is meant for this port: a page of another site, whose name may lead here by then, names itself in `Host` or
 * `Origin`, or its browser does in `Sec-Fetch-Site`. Who asks by an address, or as `localhost`, cannot have been led here.
 */
export function isMeantForUs({ headers }: Request, { hostname }: Pick<OperatorSettings, 'hostname'>): boolean {
  const host = headers.get('host') ?? '';
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '');
  if (name === undefined || !(name === 'localhost' || name === hostname || isIP(name) !== 0)) return false;
  const origin = headers.get('origin');
  if (origin !== null && URL.parse(origin)?.host !== host.toLowerCase()) return false;
  return ['same-origin', 'none'].includes(headers.get('sec-fetch-site') ?? 'none');
}

/** Whether the request shows the token. */
export function showsToken({ headers }: Request, settings: Pick<OperatorSettings, 'token'>): boolean {
  const [, shown] = /^Bearer ([^\s]{1,1024})$/i.exec(headers.get('authorization') ?? '') ?? [];
  return shown !== undefined && isToken(shown, settings);
}

/** Whether this is the token, in a time that says nothing of it. */
export function isToken(shown: string, { token }: Pick<OperatorSettings, 'token'>): boolean {
  return timingSafeEqual(digest(shown), digest(token));
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
