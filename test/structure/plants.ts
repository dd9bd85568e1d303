import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A tree outside the repository with our configuration and packages, in which a test may plant anything. */
export interface PlantedTree {
  readonly path: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  remove(file: string): Promise<void>;
}

const planted = new Set<string>();
process.once('exit', () => {
  for (const path of planted) rmSync(path, { recursive: true, force: true });
});

/** Makes the tree, with copies of these files of the repository. It goes when the process ends. */
export async function plantedTree(copies: readonly string[], { packages = true } = {}): Promise<PlantedTree> {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-planted-')));
  planted.add(path);
  if (packages) symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'), 'dir');
  for (const copy of copies) {
    await mkdir(dirname(join(path, copy)), { recursive: true });
    await copyFile(join(root, copy), join(path, copy));
  }
  // What git ignores is not linted, and the folder of temporary files may lie in a repository.
  writeFileSync(join(path, '.gitignore'), '');
  return {
    path,
    remove: (file) => rm(join(path, file), { recursive: true }),
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(path, name)), { recursive: true });
        await writeFile(join(path, name), text);
      }
    },
  };
}

/** How a tool ended: its exit code and all that it printed. */
export interface Ending {
  readonly code: number;
  readonly output: string;
}

/** Runs a script of an installed package with this Node. */
export function runTool(script: string, args: readonly string[], cwd: string): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const options = { cwd, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [join(root, 'node_modules', script), ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, output: stdout + stderr });
      else reject(error ?? new Error(`${script} did not end`));
    });
  });
}
