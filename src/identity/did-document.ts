import { formatDidKey, isHandle, normalizeHandle, parseDidKey, parseMultibaseKey } from '../protocol/index.ts';
import type { Algorithm, Did, Handle, PublicKey } from '../protocol/index.ts';
import { DidDocumentError } from './errors.ts';
import { isFields } from './json-shape.ts';
import type { Fields } from './json-shape.ts';
import { pdsOrigin } from './pds-endpoint.ts';
import type { PlcData } from './plc-data.ts';

/** What the AT Protocol wants to know of a DID: https://atproto.com/specs/did#did-documents */
export interface AtprotoIdentity {
  /** The key that signs the repository. */
  readonly signingKey?: PublicKey;
  /** What the DID claims; whether the handle also names the DID is for a resolver to find out. Lower case. */
  readonly handle?: Handle;
  /** The origin of the account's server. */
  readonly pds?: string;
}

/** A DID document, as it is served. */
export interface DidDocument {
  readonly '@context': readonly string[];
  readonly id: Did;
  readonly alsoKnownAs: readonly string[];
  readonly verificationMethod: readonly {
    readonly id: string;
    readonly type: string;
    readonly controller: string;
    readonly publicKeyMultibase: string;
  }[];
  readonly service: readonly { readonly id: string; readonly type: string; readonly serviceEndpoint: string }[];
}

const SIGNING_KEY = 'atproto';
const PDS = 'atproto_pds';
const PDS_TYPE = 'AtprotoPersonalDataServer';
const AT_SCHEME = 'at://';

/** A list of a document has at most so many entries, a text that we read so many UTF-16 units. */
const MAX_ENTRIES = 256;
const MAX_TEXT = 4_096;

const SUITES: Readonly<Record<Algorithm, string>> = {
  p256: 'https://w3id.org/security/suites/ecdsa-2019/v1',
  k256: 'https://w3id.org/security/suites/secp256k1-2019/v1',
};

/** The data of a did:plc operation that says this. What is not known yet, such as the server, is left out. */
export function plcDataOf(identity: AtprotoIdentity, rotationKeys: readonly PublicKey[]): PlcData {
  const { signingKey, handle, pds } = identity;
  return {
    rotationKeys: rotationKeys.map(formatDidKey),
    verificationMethods: signingKey === undefined ? {} : { [SIGNING_KEY]: formatDidKey(signingKey) },
    alsoKnownAs: handle === undefined ? [] : [`${AT_SCHEME}${normalizeHandle(handle)}`],
    services: pds === undefined ? {} : { [PDS]: { type: PDS_TYPE, endpoint: pds } },
  };
}

/** The DID document that a PLC directory serves for the data. */
export function documentOf(data: PlcData, did: Did): DidDocument {
  const methods = Object.entries(data.verificationMethods);
  const suites = methods.flatMap(([, key]) => suiteOf(key) ?? []);
  return {
    '@context': [...new Set(['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1', ...suites])],
    id: did,
    alsoKnownAs: data.alsoKnownAs,
    verificationMethod: methods.map(([id, key]) => ({
      id: `${did}#${id}`, type: 'Multikey', controller: did, publicKeyMultibase: key.replace(/^did:key:/, ''),
    })),
    service: Object.entries(data.services).map(([id, { type, endpoint }]) => ({
      id: `#${id}`, type, serviceEndpoint: endpoint,
    })),
  };
}

/**
 * Reads from a DID document, as parsed JSON, what the AT Protocol wants to know. What is absent is left out; what is
 * there and wrong is refused, except names that are no handles. The first entry of a name counts.
 * @throws DidDocumentError
 */
export function readDidDocument(document: unknown, did: Did): AtprotoIdentity {
  if (!isFields(document)) throw new DidDocumentError('DocumentForm', 'A DID document is an object');
  if (document['id'] !== did) throw new DidDocumentError('DocumentDid', 'A document of another DID');
  const method = entryOf(document, 'verificationMethod', did, SIGNING_KEY);
  const service = entryOf(document, 'service', did, PDS);
  const handle = handleOf(listOf(document, 'alsoKnownAs'));
  return {
    ...(method !== undefined && { signingKey: signingKeyOf(method, did) }),
    ...(handle !== undefined && { handle }),
    ...(service !== undefined && { pds: pdsOf(service) }),
  };
}

function signingKeyOf({ type, controller, publicKeyMultibase }: Fields, did: Did): PublicKey {
  if (controller === did && isShort(type) && isShort(publicKeyMultibase)) {
    try {
      return parseMultibaseKey(type, publicKeyMultibase);
    } catch (cause) {
      throw new DidDocumentError('SigningKey', 'The signing key is no key of P-256 or K-256', {}, cause);
    }
  }
  throw new DidDocumentError('SigningKey', 'The signing key has no type, no key, or another controller');
}

function pdsOf({ type, serviceEndpoint }: Fields): string {
  const origin = type === PDS_TYPE && isShort(serviceEndpoint) ? pdsOrigin(serviceEndpoint) : undefined;
  if (origin === undefined) throw new DidDocumentError('PdsEndpoint', 'The server is no origin of http or https');
  return origin;
}

function handleOf(aliases: readonly unknown[]): Handle | undefined {
  for (const [position, alias] of aliases.entries()) {
    if (typeof alias !== 'string') throw new DidDocumentError('DocumentForm', 'Another name is no text', { position });
    const name = alias.startsWith(AT_SCHEME) ? alias.slice(AT_SCHEME.length) : '';
    if (isHandle(name)) return normalizeHandle(name);
  }
  return undefined;
}

/** The first entry of a list whose id is the fragment, alone or after the DID. */
function entryOf(document: Fields, name: string, did: Did, fragment: string): Fields | undefined {
  let found: Fields | undefined;
  for (const [position, entry] of listOf(document, name).entries()) {
    if (!isFields(entry) || typeof entry['id'] !== 'string') {
      throw new DidDocumentError('DocumentForm', 'An entry without an id', { field: name, position });
    }
    if (entry['id'] === `#${fragment}` || entry['id'] === `${did}#${fragment}`) found ??= entry;
  }
  return found;
}

function listOf(document: Fields, field: string): readonly unknown[] {
  const list = document[field];
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw new DidDocumentError('DocumentForm', 'Not a list', { field });
  if (list.length > MAX_ENTRIES) throw new DidDocumentError('DocumentTooLarge', 'Too many entries', { field });
  return list;
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

function suiteOf(key: string): string | undefined {
  try {
    return SUITES[parseDidKey(key).algorithm];
  } catch {
    return undefined;
  }
}
