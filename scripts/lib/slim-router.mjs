// For vite, like slim-age.mjs: the router of XRPC can also answer subscriptions, and brings an encoder of frames for that.
// A worker gets no WebSockets, so it is left out there (docs/decisions/023-a-slim-router.md).

const ROUTER = /[\\/]node_modules[\\/]@atcute[\\/]xrpc-server[\\/]/;
const FRAMES = './utils/frames.js';
const ABSENT = '\0holdfast:absent-from-router';

/** What the router imports by name from there; a new name fails the build. */
const SOURCE = `
function absent() {
  throw new TypeError('Holdfast is built without the subscriptions of the router');
}
export { absent as encodeErrorFrame, absent as encodeMessageFrame, absent as extractMessageType, absent as omitMessageType };
`;

/** Gives the router, and nobody else, a stand-in that throws for what a worker never serves. */
export function slimRouter() {
  return {
    name: 'holdfast:slim-router',
    enforce: 'pre',
    resolveId(source, importer) {
      return importer !== undefined && ROUTER.test(importer) && source === FRAMES ? ABSENT : undefined;
    },
    load(id) {
      return id === ABSENT ? { code: SOURCE, moduleSideEffects: false } : undefined;
    },
  };
}
