// The `_headers` file of static hosts: lines with a path, and under each, indented, the headers for it.

/**
 * @param {string} text
 * @returns {(path: string) => Record<string, string>} all headers for a path, in lower case
 * @throws Error naming the line that cannot be read
 */
export function readHeadersFile(text) {
  const rules = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    if (!/^\s/.test(line)) {
      rules.push({ matches: pathMatcher(line.trim()), headers: {} });
      continue;
    }
    const [, name, value] = /^\s+([!#$%&'*+.^_`|~\w-]+):\s*(.+?)\s*$/.exec(line) ?? [];
    if (name === undefined || rules.length === 0) throw new Error(`_headers, line ${index + 1}: not a path or a header`);
    rules.at(-1).headers[name.toLowerCase()] = value;
  }
  return (path) => Object.assign({}, ...rules.filter(({ matches }) => matches(path)).map(({ headers }) => headers));
}

/** `*` at the end stands for any rest, as in `/assets/*`. */
function pathMatcher(pattern) {
  if (!pattern.endsWith('*')) return (path) => path === pattern;
  const prefix = pattern.slice(0, -1);
  return (path) => path.startsWith(prefix);
}
