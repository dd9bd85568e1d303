import { base58btc } from 'multiformats/bases/base58';
import { isDidKey, isUri } from '../protocol/index.ts';
import { PlcError } from './errors.ts';
import { isText } from './json-shape.ts';
import { pdsOrigin } from './pds-endpoint.ts';

/** A server that the DID names. */
export interface PlcService {
  readonly type: string;
  readonly endpoint: string;
}

/** What a did:plc says while an operation holds: https://web.plc.directory/spec/v0.1/did-plc */
export interface PlcData {
  /** `did:key`s that may sign operations, the one that can undo the others first. */
  readonly rotationKeys: readonly string[];
  /** `did:key`s by id, without the `#`; `atproto` is the signing key of the repository. */
  readonly verificationMethods: Readonly<Record<string, string>>;
  /** URIs; the first `at://` with a handle is the handle. */
  readonly alsoKnownAs: readonly string[];
  /** By id, without the `#`; `atproto_pds` is the address of the account. */
  readonly services: Readonly<Record<string, PlcService>>;
}

/** What the specification allows and the directory takes, the narrower of the two. Lengths are in UTF-16 units. */
export const PLC_LIMITS = {
  rotationKeys: 5, verificationMethods: 10, alsoKnownAs: 10, services: 10,
  id: 32, didKey: 256, alias: 258, serviceType: 256, endpoint: 512,
} as const;

/**
 * Checks data that we are about to sign. What others have signed is held to less: logs have old operations without
 * rotation keys, or with one twice.
 * @throws PlcError `RotationKeys`, `VerificationMethods`, `AlsoKnownAs`, `Services`
 */
export function checkPlcData({ rotationKeys, verificationMethods, alsoKnownAs, services }: PlcData): void {
  checkRotationKeys(rotationKeys);
  checkVerificationMethods(Object.entries(verificationMethods));
  checkAlsoKnownAs(alsoKnownAs);
  checkServices(Object.entries(services));
}

function checkRotationKeys(keys: readonly string[]): void {
  if (keys.length < 1 || keys.length > PLC_LIMITS.rotationKeys) {
    throw new PlcError('RotationKeys', 'A DID has one to five rotation keys', { count: keys.length });
  }
  for (const [position, key] of keys.entries()) {
    if (!isDidKey(key)) throw new PlcError('RotationKeys', 'Not a rotation key of P-256 or K-256', { position });
    if (keys.indexOf(key) !== position) throw new PlcError('RotationKeys', 'A rotation key stands twice', { position });
  }
}

function checkVerificationMethods(methods: readonly (readonly [string, string])[]): void {
  if (methods.length > PLC_LIMITS.verificationMethods) {
    throw new PlcError('VerificationMethods', 'Too many verification methods', { count: methods.length });
  }
  for (const [position, [id, key]] of methods.entries()) {
    if (!isId(id)) throw new PlcError('VerificationMethods', 'Not the id of a verification method', { position });
    if (!(id === 'atproto' ? isDidKey(key) : isDidKeySyntax(key))) {
      throw new PlcError('VerificationMethods', 'Not the key of a verification method', { position });
    }
  }
}

function checkAlsoKnownAs(aliases: readonly string[]): void {
  if (aliases.length > PLC_LIMITS.alsoKnownAs) {
    throw new PlcError('AlsoKnownAs', 'Too many other names', { count: aliases.length });
  }
  for (const [position, alias] of aliases.entries()) {
    if (!isText(alias) || alias.length > PLC_LIMITS.alias || !isUri(alias)) {
      throw new PlcError('AlsoKnownAs', 'Another name is no URI of at most 258 characters', { position });
    }
    if (aliases.indexOf(alias) !== position) throw new PlcError('AlsoKnownAs', 'A name stands twice', { position });
  }
}

function checkServices(services: readonly (readonly [string, PlcService])[]): void {
  if (services.length > PLC_LIMITS.services) {
    throw new PlcError('Services', 'Too many services', { count: services.length });
  }
  for (const [position, [id, { type, endpoint }]] of services.entries()) {
    if (!isId(id)) throw new PlcError('Services', 'Not the id of a service', { position });
    if (!isText(type) || type === '' || type.length > PLC_LIMITS.serviceType) {
      throw new PlcError('Services', 'Not the type of a service', { position });
    }
    const isAddress = isText(endpoint) && endpoint.length <= PLC_LIMITS.endpoint && isUri(endpoint);
    if (!isAddress || (id === 'atproto_pds' && pdsOrigin(endpoint) === undefined)) {
      throw new PlcError('Services', 'Not the endpoint of a service', { position });
    }
  }
}

/** The fragment of a DID URL, short enough for the directory. */
function isId(id: string): boolean {
  return id.length <= PLC_LIMITS.id && /^[A-Za-z0-9._~-]+$/.test(id);
}

/** Verification methods may have keys of any kind, if they are written as keys are. */
function isDidKeySyntax(key: string): boolean {
  if (!isText(key) || !key.startsWith('did:key:z') || key.length > PLC_LIMITS.didKey) return false;
  try {
    return base58btc.decode(key.slice('did:key:'.length)).length > 2;
  } catch {
    return false;
  }
}
