import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '../../..');

/** The process of a mirror in one file: it starts in a third of the time, which counts for who starts it again and again. */
export class BundledMirror {
  readonly #folder: string;
  readonly file: string;

  private constructor(folder: string, file: string) {
    this.#folder = folder;
    this.file = file;
  }

  static async make(): Promise<BundledMirror> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-bundled-'));
    // Its version is looked up two folders above.
    const outDir = join(folder, 'out', 'mirror');
    cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
    await build({
      root: ROOT, configFile: false, publicDir: false, logLevel: 'silent',
      ssr: { noExternal: true, external: ['node-datachannel'] },
      build: { ssr: 'test/support/mirror-process.ts', outDir, target: 'node26', rolldownOptions: { output: { entryFileNames: 'process.mjs', codeSplitting: false } } },
    });
    return new BundledMirror(folder, join(outDir, 'process.mjs'));
  }

  end(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
