/** All headers for a path, by their names in lower case. */
export function readHeadersFile(text: string): (path: string) => Record<string, string>;
