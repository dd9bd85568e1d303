// For vite, the worker of long jobs alone. The second verifier, @atproto/repo, is written for Node: it takes a logger, a pause
// and `Buffer.concat` from there. It gets stand-ins, and is otherwise as published (docs/decisions/025-a-second-verifier.md).

const REPO = /[\\/]node_modules[\\/]@atproto[\\/]repo[\\/]dist[\\/]/;
const CAR = /[\\/]node_modules[\\/]@atproto[\\/]repo[\\/]dist[\\/]car\.js$/;
const CONCAT = 'Buffer.concat(bytes)';
const PREFIX = '\0holdfast:';

const STAND_INS = {
  '@atproto/common': `
const quiet = () => undefined;
export const subsystemLogger = () => ({ trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet, fatal: quiet });
`,
  // A timer would be held back by 4 ms each time, and the reader pauses after every 25 blocks.
  'node:timers/promises': `
const { port1, port2 } = new MessageChannel();
const waiting = [];
port1.onmessage = () => waiting.shift()?.();
export const setImmediate = () => new Promise((resolve) => {
  waiting.push(resolve);
  port2.postMessage(0);
});
`,
};

/** Gives @atproto/repo, and nobody else, what it has from Node; what else it wants from there fails the build. */
export function repoWithoutNode() {
  return {
    name: 'holdfast:repo-without-node',
    enforce: 'pre',
    resolveId(source, importer) {
      return importer !== undefined && REPO.test(importer) && Object.hasOwn(STAND_INS, source) ? `${PREFIX}${source}` : undefined;
    },
    load(id) {
      const source = id.startsWith(PREFIX) ? STAND_INS[id.slice(PREFIX.length)] : undefined;
      return source === undefined ? undefined : { code: source, moduleSideEffects: false };
    },
    transform(code, id) {
      if (!CAR.test(id)) return undefined;
      if (code.split(/\bBuffer\./).length !== 2 || !code.includes(CONCAT)) throw new Error('@atproto/repo uses Buffer in another way than this build knows');
      return { code: code.replace(CONCAT, 'Uint8Array.from(bytes, ([byte]) => byte)'), map: null };
    },
  };
}
