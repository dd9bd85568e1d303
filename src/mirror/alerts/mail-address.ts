const ADDRESS = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const MOST = 254;

/** Whether it is one address for letters, and nothing beside it: no name, no list, no line. */
export function isMailAddress(text: string): boolean {
  return text.length <= MOST && ADDRESS.test(text);
}
