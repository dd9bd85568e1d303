import { HoldfastError } from '../protocol/index.ts';

/** Why a passkey gave no key. In every case nothing was changed here. */
export type PasskeyFault =
  /** The browser has no passkeys, or none that make keys. */
  | 'PasskeyUnsupported'
  /** The passkey was made, and makes no keys: its authenticator cannot. */
  | 'PasskeyWithoutKey'
  /** The owner did not go on, or no such passkey is at hand. */
  | 'PasskeyRefused';

export class PasskeyError extends HoldfastError<PasskeyFault> {}

/** A passkey, and what it answers. The answer is wiped by whoever takes it. */
export interface AnsweringPasskey {
  readonly id: Uint8Array<ArrayBuffer>;
  /** 32 bytes that nobody has without the passkey. */
  readonly answer: Uint8Array<ArrayBuffer>;
}

/** What every passkey of ours is asked; the authenticator makes 32 bytes of it that are its own. */
const QUESTION = new TextEncoder().encode('holdfast: recovery kit, 1');
const MS = 120_000;
const ES256 = -7;
const RS256 = -257;

/** Whether this browser has passkeys that make keys: WebAuthn with PRF. One that does not say may have. */
export async function arePasskeysSupported(): Promise<boolean> {
  if (typeof PublicKeyCredential === 'undefined') return false;
  const capabilities = await PublicKeyCredential.getClientCapabilities?.().catch(() => undefined) as Readonly<Record<string, boolean>> | undefined;
  return capabilities?.['extension:prf'] ?? true;
}

/**
 * Makes a passkey of this origin for an account, or makes the one anew that it has, and asks it. Only in a gesture of the owner.
 * @throws PasskeyError
 */
export async function makePasskey({ did, name }: { readonly did: string; readonly name: string }): Promise<AnsweringPasskey> {
  if (!await arePasskeysSupported()) throw unsupported();
  // One for each account: a second one of the same takes its place.
  const user = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(did)));
  const made = await asked(() => navigator.credentials.create({
    publicKey: {
      rp: { name: 'Holdfast' },
      user: { id: user, name, displayName: name },
      challenge: challenge(),
      pubKeyCredParams: [{ type: 'public-key', alg: ES256 }, { type: 'public-key', alg: RS256 }],
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      timeout: MS,
      extensions: { prf: { eval: { first: QUESTION } } },
    },
  }));
  const id = new Uint8Array(made.rawId);
  const { prf } = made.getClientExtensionResults();
  const answer = answerOf(prf);
  if (answer !== undefined) return { id, answer };
  if (prf?.enabled !== true) {
    throw new PasskeyError('PasskeyWithoutKey', 'This passkey makes no keys, so nothing can be sealed with it. Nothing was changed here.');
  }
  // Some say so only when they are asked.
  return { id, answer: await askPasskey(id) };
}

/**
 * Asks a passkey. Only in a gesture of the owner.
 * @throws PasskeyError
 */
export async function askPasskey(id: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (!await arePasskeysSupported()) throw unsupported();
  const found = await asked(() => navigator.credentials.get({
    publicKey: {
      challenge: challenge(), allowCredentials: [{ type: 'public-key', id }], userVerification: 'required', timeout: MS,
      extensions: { prf: { eval: { first: QUESTION } } },
    },
  }));
  const answer = answerOf(found.getClientExtensionResults().prf);
  if (answer === undefined) {
    throw new PasskeyError('PasskeyWithoutKey', 'This passkey gave no key here. Nothing was changed; the kit and its passphrase open everything as before.');
  }
  return answer;
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    if (error instanceof Error && error.name === 'NotSupportedError') throw unsupported();
  }
  // A browser does not say which, so that a page learns nothing of what is there.
  throw new PasskeyError('PasskeyRefused', 'No passkey answered: it was cancelled, took too long, or is not on this device. Nothing was changed.');
}

function answerOf(prf: AuthenticationExtensionsPRFOutputs | undefined): Uint8Array<ArrayBuffer> | undefined {
  const first = prf?.results?.first;
  if (first === undefined) return undefined;
  return ArrayBuffer.isView(first) ? new Uint8Array(first.buffer as ArrayBuffer, first.byteOffset, first.byteLength) : new Uint8Array(first as ArrayBuffer);
}

// Nobody checks what it signs: the key that it gives is the proof.
const challenge = (): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(32));

function unsupported(): PasskeyError {
  return new PasskeyError('PasskeyUnsupported', 'This browser has no passkeys that can seal anything. Nothing was changed; the kit and its passphrase open everything.');
}
