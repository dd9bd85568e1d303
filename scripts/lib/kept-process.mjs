// A server that runs as a process of its own, and is started again when it ends by itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** Who has run for so long is not failing over and over. */
const STEADY = 60_000;
/** How long a process may take to stop before it is ended. */
const PATIENCE = 10_000;

export class KeptProcess {
  #name;
  #script;
  #options;
  #say;
  #child;
  #stopping = false;
  #pause = FIRST_PAUSE;
  #timer;

  /**
   * @param {string} name how it is spoken of, and the first word of the line by which it says that it is ready
   * @param {string} script absolute path
   * @param {{ env: NodeJS.ProcessEnv, cwd: string }} options
   * @param {(line: string) => void} say takes what people should read
   */
  constructor(name, script, options, say) {
    this.#name = name;
    this.#script = script;
    this.#options = options;
    this.#say = say;
  }

  /**
   * Starts it; resolves when it says that it is ready.
   * @throws {Error} with what it said, when it ended before; it is not tried again then
   */
  async start() {
    const { child, ready, said } = this.#launch();
    const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
    const early = await Promise.race([ready, ended]);
    if (early !== undefined) {
      if (this.#stopping) return;
      throw new Error(`The ${this.#name} did not start (${endOf(early)}).${said.length > 0 ? `\n\n    ${said.join('\n    ')}\n` : ''}`);
    }
    const since = Date.now();
    void ended.then((end) => this.#ended(end, since));
  }

  /** Ends it, and resolves when it has ended. Twice is as good as once. */
  async stop() {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    await ended;
    clearTimeout(timer);
  }

  #launch() {
    // With the channel it notices when this process goes without a word, and goes too.
    const child = spawn(process.execPath, [this.#script], { ...this.#options, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    const said = [];
    let isReady = false;
    const ready = new Promise((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          if (!isReady && line.startsWith(`${this.#name} http`)) {
            isReady = true;
            resolve();
          } else if (isReady) this.#say(`[${this.#name}] ${line}`);
          else said.push(line);
        });
      }
    });
    return { child, ready, said };
  }

  #ended(end, since) {
    if (this.#stopping) return;
    if (Date.now() - since > STEADY) this.#pause = FIRST_PAUSE;
    this.#say(`The ${this.#name} has ended (${endOf(end)}) though nobody asked it to. It is started again in ${this.#pause / 1000} s; what it had acknowledged is kept.`);
    this.#timer = setTimeout(() => void this.#again(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  async #again() {
    try {
      await this.start();
      if (!this.#stopping) this.#say(`The ${this.#name} runs again.`);
    } catch (error) {
      this.#say(error.message);
      this.#ended({ code: this.#child.exitCode, signal: this.#child.signalCode }, Date.now());
    }
  }
}

const endOf = ({ code, signal }) => (signal === null ? `code ${code}` : signal);
