import { encodeCbor, verifyServiceAuth, verifySignature } from '../../protocol/index.ts';
import type { PublicKey, ServiceAuth, ServiceAuthExpectations, Signer } from '../../protocol/index.ts';
import { MeetingError, readSession } from './session.ts';
import type { Session } from './session.ts';

/** What one side tells the other, and who says so. */
export interface SignedSession {
  readonly sdp: string;
  /** A service-auth token that names the fingerprints. */
  readonly token: string;
}

/**
 * Reads an offer whose fingerprint somebody has signed.
 * @param fingerprints those that the token of the offer names, which was verified before
 * @throws MeetingError
 */
export function readOffer(sdp: string, fingerprints: readonly string[] | undefined): Session {
  const session = readSession(sdp);
  if (session.setup !== 'actpass') throw new MeetingError('SessionForm', 'This is no offer.');
  sameFingerprints(fingerprints, [session.fingerprint]);
  return session;
}

/**
 * Reads an offer: the account has signed its fingerprint, for this purpose, now, once.
 * @throws MeetingError; ServiceAuthError; what `keyOf` and `once` throw
 */
export async function verifyOffer({ sdp, token }: SignedSession, expected: ServiceAuthExpectations): Promise<{ readonly session: Session; readonly claims: ServiceAuth }> {
  const claims = await verifyServiceAuth(token, expected);
  return { session: readOffer(sdp, claims.fingerprints), claims };
}

/**
 * Reads the answer of a house: the account has signed both fingerprints, so it is an answer to this offer and no other.
 * @throws as `verifyOffer`
 */
export async function verifyAnswer({ sdp, token }: SignedSession, offered: string, expected: ServiceAuthExpectations): Promise<Session> {
  const session = readAnswer(sdp);
  const { fingerprints } = await verifyServiceAuth(token, expected);
  sameFingerprints(fingerprints, [offered, session.fingerprint]);
  return session;
}

/**
 * A mirror answers an offer: its key signs the token of the offer, which says who offers what, for what, how long and once,
 * together with its own fingerprint.
 */
export function signVow(signer: Signer, offer: string, fingerprint: string): Promise<Uint8Array> {
  return signer.sign(vowBytes(offer, fingerprint));
}

/**
 * Reads the answer of a mirror.
 * @param key the one that was pinned when they were paired
 * @param offer the token of the offer
 * @throws MeetingError
 */
export async function verifyVow({ sdp, sig }: { readonly sdp: string; readonly sig: Uint8Array }, offer: string, key: PublicKey): Promise<Session> {
  const session = readAnswer(sdp);
  if (!(await verifySignature(key, vowBytes(offer, session.fingerprint), sig))) throw unsigned();
  return session;
}

function readAnswer(sdp: string): Session {
  const session = readSession(sdp);
  if (session.setup === 'actpass') throw new MeetingError('SessionForm', 'This is no answer.');
  return session;
}

function sameFingerprints(fingerprints: readonly string[] | undefined, expected: readonly string[]): void {
  if (fingerprints?.length !== expected.length || !expected.every((each, index) => each === fingerprints[index])) throw unsigned();
}

function vowBytes(offer: string, fingerprint: string): Uint8Array {
  return encodeCbor({ $type: 'app.holdfast.mirror.connect#vow', offer, fingerprint });
}

function unsigned(): MeetingError {
  return new MeetingError('FingerprintUnsigned', 'The other side of a direct connection is not who it should be, so it was not made. Nothing was sent over it.');
}
