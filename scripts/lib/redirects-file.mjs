/**
 * Reads a `_redirects` file: lines `/path /file 200`, where a path may end in `*`. Other statuses are not known here.
 * @param {string} text
 * @returns {(path: string) => string | undefined} the file that answers a path, if a line says so
 */
export function readRedirectsFile(text) {
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const rules = lines.map((line) => {
    const [path, file, status] = line.split(/\s+/);
    if (file === undefined || status !== '200') throw new Error(`Not a line of _redirects that is known here: ${line}`);
    return path.endsWith('*') ? { prefix: path.slice(0, -1), file } : { path, file };
  });
  return (asked) => rules.find(({ path, prefix }) => (prefix === undefined ? asked === path : asked.startsWith(prefix)))?.file;
}
