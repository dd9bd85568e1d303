import { base64url } from 'multiformats/bases/base64';
import { verifySignature } from '#signature';
import type { Algorithm } from './curve.ts';
import type { PublicKey } from './did-key.ts';
import { isDid } from './did.ts';
import type { Did } from './did.ts';
import { HoldfastError } from './errors.ts';
import type { Nsid } from './nsid.ts';
import type { Signer } from './signer.ts';

/** Why a service-auth token is refused; the names that XRPC answers with, status 401. */
export type ServiceAuthFault =
  | 'BadJwt' | 'BadJwtType' | 'BadJwtIss' | 'BadJwtAudience' | 'BadJwtLexiconMethod' | 'BadJwtSignature' | 'JwtExpired';

/** A service-auth token that is not right. Nothing of the token is in the message. */
export class ServiceAuthError extends HoldfastError<ServiceAuthFault> {}

/** A token lives at most so long, in seconds, when we make it. */
export const SERVICE_AUTH_SECONDS = 60;

// A token of another maker may live longer, and its clock may be ahead.
const MAX_LIFETIME = 120;
const MAX_AHEAD = 30;
const MAX_LENGTH = 4_096;
const MAX_ID_LENGTH = 128;
const FINGERPRINT = /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/;

const ALGORITHMS: Readonly<Record<Algorithm, string>> = { p256: 'ES256', k256: 'ES256K' };

/** What a token says: this account calls this method of that service, once, now. */
export interface ServiceAuth {
  readonly iss: Did;
  readonly aud: string;
  readonly lxm: string;
  /** Seconds since 1970. */
  readonly exp: number;
  /** A name that the token alone has. */
  readonly jti: string;
  /** Of certificates (SHA-256, upper-case hex with colons) that are the account's for the connection that this call is about. */
  readonly fingerprints?: readonly string[];
}

/**
 * Makes a token for one call (https://atproto.com/specs/xrpc, inter-service authentication): bound to a method, good for a
 * minute, never twice.
 * @param now milliseconds since 1970
 */
export async function signServiceAuth(
  signer: Signer, claims: { readonly iss: Did; readonly aud: string; readonly lxm: Nsid; readonly fingerprints?: readonly string[] }, now: number = Date.now(),
): Promise<string> {
  const iat = Math.floor(now / 1000);
  const jti = base64url.baseEncode(crypto.getRandomValues(new Uint8Array(16)));
  const header = { typ: 'JWT', alg: ALGORITHMS[signer.publicKey.algorithm] };
  const signed = `${encodePart(header)}.${encodePart({ iat, ...claims, exp: iat + SERVICE_AUTH_SECONDS, jti })}`;
  const signature = await signer.sign(new TextEncoder().encode(signed));
  return `${signed}.${base64url.baseEncode(signature)}`;
}

/** What the service that is called knows and expects. */
export interface ServiceAuthExpectations {
  /** The names by which this service is called: a DID, with or without a service fragment. */
  readonly audiences: readonly string[];
  readonly lxm: string;
  /** The key that the account's DID document names `#atproto`. */
  keyOf(did: Did): Promise<PublicKey>;
  /** Notes a token by its maker and name until `exp` (seconds); false when it was noted before. */
  once(iss: Did, jti: string, exp: number): boolean | Promise<boolean>;
  /** Milliseconds since 1970; `Date.now()` by default. */
  readonly now?: number;
}

/**
 * Verifies a token, stricter than the network does: method, lifetime and name are required, and no token counts twice.
 * @throws ServiceAuthError; what `keyOf` and `once` throw
 */
export async function verifyServiceAuth(token: string, expected: ServiceAuthExpectations): Promise<ServiceAuth> {
  if (token.length > MAX_LENGTH) throw new ServiceAuthError('BadJwt', 'The token is too long');
  const parts = token.split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) throw new ServiceAuthError('BadJwt', 'The token has not three parts');
  const { typ, alg } = decodePart(header);
  // Tokens of other kinds are signed with keys of the same account: an access token is no proof of a call.
  if (typ !== undefined && typ !== 'JWT') throw new ServiceAuthError('BadJwtType', 'This is a token of another kind');
  const claims = readClaims(decodePart(payload), expected);
  const key = await expected.keyOf(claims.iss);
  const bytes = new TextEncoder().encode(`${header}.${payload}`);
  if (alg !== ALGORITHMS[key.algorithm] || !(await verifySignature(key, bytes, decodeBase64(signature)))) {
    throw new ServiceAuthError('BadJwtSignature', 'The token is not signed by the key of its account');
  }
  if (!(await expected.once(claims.iss, claims.jti, claims.exp))) throw new ServiceAuthError('BadJwt', 'The token was used before');
  return claims;
}

/** What a token says of itself, of which nothing is verified: who calls which method; undefined where it does not say. */
export function claimedCall(token: string): Pick<ServiceAuth, 'iss' | 'lxm'> | undefined {
  if (token.length > MAX_LENGTH) return undefined;
  try {
    const { iss, lxm } = decodePart(token.split('.')[1] ?? '');
    return typeof iss === 'string' && isDid(iss) && typeof lxm === 'string' ? { iss, lxm } : undefined;
  } catch {
    return undefined;
  }
}

function readClaims(claims: Record<string, unknown>, { audiences, lxm, now = Date.now() }: ServiceAuthExpectations): ServiceAuth {
  const { iss, aud, exp, iat, jti, nbf, fingerprints } = claims;
  const seconds = now / 1000;
  if (typeof iss !== 'string' || !isDid(iss)) throw new ServiceAuthError('BadJwtIss', 'The token does not name an account');
  if (!Number.isSafeInteger(exp) || !Number.isSafeInteger(iat)) throw new ServiceAuthError('BadJwt', 'The token does not say its time');
  const [ends, begins] = [exp as number, iat as number];
  if (ends <= seconds) throw new ServiceAuthError('JwtExpired', 'The token has expired');
  const isEarly = begins > seconds + MAX_AHEAD || (nbf !== undefined && !(typeof nbf === 'number' && nbf <= seconds + MAX_AHEAD));
  if (isEarly || ends <= begins || ends - begins > MAX_LIFETIME) {
    throw new ServiceAuthError('BadJwt', `The token is of another time, or lives longer than ${MAX_LIFETIME} seconds`);
  }
  if (typeof aud !== 'string' || !audiences.includes(aud)) throw new ServiceAuthError('BadJwtAudience', 'The token is for another service');
  if (claims['lxm'] !== lxm) throw new ServiceAuthError('BadJwtLexiconMethod', 'The token is for another method');
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_ID_LENGTH) throw new ServiceAuthError('BadJwt', 'The token has no name');
  if (fingerprints === undefined) return { iss, aud, lxm, exp: ends, jti };
  if (!Array.isArray(fingerprints) || fingerprints.length > 2 || !fingerprints.every((each) => typeof each === 'string' && FINGERPRINT.test(each))) {
    throw new ServiceAuthError('BadJwt', 'The token names fingerprints that are none');
  }
  return { iss, aud, lxm, exp: ends, jti, fingerprints: fingerprints as string[] };
}

function encodePart(part: object): string {
  return base64url.baseEncode(new TextEncoder().encode(JSON.stringify(part)));
}

function decodePart(part: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(decodeBase64(part)));
  } catch (cause) {
    if (cause instanceof ServiceAuthError) throw cause;
    throw new ServiceAuthError('BadJwt', 'A part of the token is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ServiceAuthError('BadJwt', 'A part of the token is no object');
  return value as Record<string, unknown>;
}

/** Unpadded base64url, in the one form that its bytes have. */
function decodeBase64(text: string): Uint8Array {
  try {
    const bytes = base64url.baseDecode(text);
    if (base64url.baseEncode(bytes) === text) return bytes;
  } catch {
    // Falls through to the one error.
  }
  throw new ServiceAuthError('BadJwt', 'A part of the token is not base64url');
}
