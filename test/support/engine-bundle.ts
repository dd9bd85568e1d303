import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import * as protocol from '../../src/protocol/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY = '\0engine';
/** What brings the lexicons of all records and methods along: the engine knows none of them. */
const CATALOGUE = ['lexicons', 'validateRecord'];

/** The engine as a browser loads it. */
export interface EngineBundle {
  /** What is loaded before the first call, in bytes, gzip. */
  readonly size: number;
  /** The files that went into it. */
  readonly modules: readonly string[];
}

/**
 * All of `repo`, and of `protocol` all but the catalogue, with the packages they need at once. What is loaded beside it is
 * no part: K-256 when a signature of that curve is first met, and the WebAssembly that takes over from the first hash.
 */
export async function engineBundle(): Promise<EngineBundle> {
  const names = Object.keys(protocol).filter((name) => !CATALOGUE.includes(name));
  const source = `export * from '/src/repo/index.ts';\nexport { ${names.join(', ')} } from '/src/protocol/index.ts';`;
  const result = await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    resolve: { conditions: ['browser', 'module', 'production'] },
    build: {
      write: false, minify: true, target: 'es2022',
      rollupOptions: { input: ENTRY, preserveEntrySignatures: 'strict', external: ['@atproto/crypto', 'hash-wasm'] },
    },
    plugins: [{
      name: 'engine-entry',
      resolveId: (id) => (id === ENTRY ? id : undefined),
      load: (id) => (id === ENTRY ? source : undefined),
      // The schemas of the catalogue are made when they are loaded, which to a bundler is an effect worth keeping.
      transform: (code, id) => (/@atcute|record-catalogue|\/lexicons\//.test(id) ? { code, moduleSideEffects: false } : undefined),
    }],
  });
  const outputs = Array.isArray(result) ? result : [result];
  const chunks = outputs.flatMap((found) => ('output' in found ? found.output : [])).filter((file) => file.type === 'chunk');
  return {
    size: chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0),
    modules: chunks.flatMap(({ moduleIds }) => moduleIds),
  };
}
