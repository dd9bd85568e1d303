/** As structuredClone for what a house stores; keys that cannot be read stay what they are. */
export function copyOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'function' || typeof value === 'symbol') throw new DOMException('This cannot be stored.', 'DataCloneError');
    return value;
  }
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof CryptoKey) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, copyOf(field)]));
}
