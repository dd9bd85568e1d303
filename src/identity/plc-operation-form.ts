import type { ErrorDetails } from '../protocol/index.ts';
import { PlcError } from './errors.ts';
import { hasExactly, isFields, isText, isTextList } from './json-shape.ts';
import type { Fields } from './json-shape.ts';
import type { PlcService } from './plc-data.ts';
import type { AnyPlcOperation } from './plc-operation.ts';

/** An operation has as many keys to be tried as this at most; the directory never took more. */
const MAX_ROTATION_KEYS = 10;

/**
 * Reads an operation from parsed JSON: exactly its fields, with their types, in text that UTF-8 can hold. What they say
 * is not judged. The result shares nothing with the argument.
 * @param details where it stands, for the error
 * @throws PlcError `OperationForm`
 */
export function readOperation(value: unknown, details: ErrorDetails = {}): AnyPlcOperation {
  const operation = isFields(value) ? operationFrom(value) : undefined;
  if (operation === undefined) throw new PlcError('OperationForm', 'Not an operation of did:plc', details);
  return operation;
}

function operationFrom(fields: Fields): AnyPlcOperation | undefined {
  switch (fields['type']) {
    case 'plc_operation': return regularFrom(fields);
    case 'plc_tombstone': return tombstoneFrom(fields);
    case 'create': return createFrom(fields);
    default: return undefined;
  }
}

function regularFrom(fields: Fields): AnyPlcOperation | undefined {
  const { rotationKeys, verificationMethods, alsoKnownAs, services, prev, sig } = fields;
  const names = ['type', 'rotationKeys', 'verificationMethods', 'alsoKnownAs', 'services', 'prev', 'sig'];
  if (!hasExactly(fields, names) || !isText(sig) || !(prev === null || isText(prev))) return undefined;
  if (!isTextList(rotationKeys) || rotationKeys.length > MAX_ROTATION_KEYS || !isTextList(alsoKnownAs)) return undefined;
  const methods = mapFrom(verificationMethods, (key) => (isText(key) ? key : undefined));
  const servers = mapFrom(services, serviceFrom);
  if (methods === undefined || servers === undefined) return undefined;
  return {
    type: 'plc_operation', rotationKeys: [...rotationKeys], verificationMethods: methods,
    alsoKnownAs: [...alsoKnownAs], services: servers, prev, sig,
  };
}

function tombstoneFrom(fields: Fields): AnyPlcOperation | undefined {
  const { prev, sig } = fields;
  if (!hasExactly(fields, ['type', 'prev', 'sig']) || !isText(prev) || !isText(sig)) return undefined;
  return { type: 'plc_tombstone', prev, sig };
}

function createFrom(fields: Fields): AnyPlcOperation | undefined {
  const { signingKey, recoveryKey, handle, service, prev, sig } = fields;
  const names = ['type', 'signingKey', 'recoveryKey', 'handle', 'service', 'prev', 'sig'];
  if (!hasExactly(fields, names) || prev !== null || !isText(sig)) return undefined;
  if (!isText(signingKey) || !isText(recoveryKey) || !isText(handle) || !isText(service)) return undefined;
  return { type: 'create', signingKey, recoveryKey, handle, service, prev, sig };
}

function serviceFrom(value: unknown): PlcService | undefined {
  if (!isFields(value) || !hasExactly(value, ['type', 'endpoint'])) return undefined;
  const { type, endpoint } = value;
  return isText(type) && isText(endpoint) ? { type, endpoint } : undefined;
}

/** The map with each value read. `fromEntries` makes an own field even of `__proto__`. */
function mapFrom<Value>(map: unknown, read: (value: unknown) => Value | undefined): Record<string, Value> | undefined {
  if (!isFields(map)) return undefined;
  const entries: [string, Value][] = [];
  for (const [id, value] of Object.entries(map)) {
    const known = read(value);
    if (known === undefined || !isText(id)) return undefined;
    entries.push([id, known]);
  }
  return Object.fromEntries(entries);
}
