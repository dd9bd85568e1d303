// For vite, pages and workers alike: `plugins: [slimAge()], worker: { plugins: () => [slimAge()] }`.
// A kit is sealed by a passphrase alone, so the curves and the post-quantum code
// that age-encryption brings for other kinds of recipients are left out (docs/decisions/013-a-slim-age.md).

const AGE = /[\\/]node_modules[\\/]age-encryption[\\/]/;
const UNUSED = /^@noble\/(?:post-quantum|curves)\//;
const ABSENT = '\0holdfast:absent-from-age';

/** What age-encryption imports by name from those packages; a new name fails the build. */
const SOURCE = `
const absent = new Proxy({}, {
  get() {
    throw new TypeError('Holdfast is built without the public-key recipients of age');
  },
});
export { absent as MLKEM768P256, absent as MLKEM768X25519, absent as p256, absent as x25519 };
`;

/** Gives age-encryption, and nobody else, a stand-in that throws for what a passphrase never needs. */
export function slimAge() {
  return {
    name: 'holdfast:slim-age',
    enforce: 'pre',
    resolveId(source, importer) {
      return importer !== undefined && AGE.test(importer) && UNUSED.test(source) ? ABSENT : undefined;
    },
    load(id) {
      return id === ABSENT ? { code: SOURCE, moduleSideEffects: false } : undefined;
    },
  };
}
