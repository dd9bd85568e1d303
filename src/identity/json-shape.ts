/** An object of parsed JSON whose fields nobody has looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether the value is an object of JSON, and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the value is text that UTF-8 can hold: a lone surrogate would be hashed as another character. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed();
}

/** Whether the value is a list of such texts. */
export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

/** Whether the object has exactly these fields. */
export function hasExactly(value: Fields, names: readonly string[]): boolean {
  return Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));
}
