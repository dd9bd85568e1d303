// What Node and a browser give to everyone, in the simulation's own way.
import { syncBuiltinESMExports } from 'node:module';
import promises from 'node:timers/promises';
import { sha256 } from '../../src/protocol/sha256.node.ts';
import { DATABASE_NAMES } from './database/index.ts';
import type { Origin } from './origin.ts';
import type { SimulatedKeys } from './signing.ts';
import type { Process, World } from './world.ts';

/** A process that is a page or a worker of an origin. */
export interface Page extends Process {
  readonly origin: Origin;
}

const RealBlob = Blob;
const { subtle } = globalThis.crypto;

/** A Blob whose bytes are at hand, so that to read it takes no thread of Node. */
class HeldBlob extends RealBlob {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(parts: readonly (BlobPart | HeldBlob)[] = [], options?: BlobPropertyBag) {
    super([], options);
    this.#bytes = new Uint8Array(Buffer.concat(parts.map(bytesOfPart)));
  }

  override get size(): number {
    return this.#bytes.length;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes.slice().buffer;
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(this.#bytes);
  }

  override slice(start?: number, end?: number, type?: string): Blob {
    return new HeldBlob([this.#bytes.slice(start, end)], { type: type ?? '' });
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const bytes = this.#bytes.slice();
    return new ReadableStream({
      start(controller) {
        if (bytes.length > 0) controller.enqueue(bytes);
        controller.close();
      },
    });
  }

  get held(): Uint8Array {
    return this.#bytes;
  }
}

function bytesOfPart(part: BlobPart | HeldBlob): Uint8Array {
  if (typeof part === 'string') return new TextEncoder().encode(part);
  if (part instanceof HeldBlob) return part.held;
  if (part instanceof Blob) throw new TypeError('This Blob is of Node, and takes a thread to read.');
  return ArrayBuffer.isView(part) ? new Uint8Array(part.buffer, part.byteOffset, part.byteLength) : new Uint8Array(part);
}

interface Timer {
  readonly cancel: () => void;
  ref(): Timer;
  unref(): Timer;
}

function timersOf(world: World): Record<string, unknown> {
  const timer = (milliseconds: number, work: () => void): Timer => {
    const made: Timer = { cancel: world.after(milliseconds, work), ref: () => made, unref: () => made };
    return made;
  };
  return {
    setTimeout: (work: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]) => timer(milliseconds, () => work(...given)),
    clearTimeout: (made: Timer | undefined) => made?.cancel(),
    setImmediate: (work: (...given: unknown[]) => void, ...given: unknown[]) => timer(0, () => work(...given)),
    clearImmediate: (made: Timer | undefined) => made?.cancel(),
  };
}

function generateEcdsaKey(algorithm: EcKeyGenParams, isExtractable: boolean, uses: KeyUsage[]): Promise<CryptoKeyPair> {
  return subtle.generateKey(algorithm, isExtractable, uses);
}

function cryptoOf(world: World, keys: readonly SimulatedKeys[]): object {
  const { random } = world;
  const known = (key: CryptoKey): SimulatedKeys | undefined => keys.find(({ publicKey, privateKey }) => key === publicKey || key === privateKey);
  return {
    getRandomValues<Values extends ArrayBufferView>(values: Values): Values {
      random.scatter(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      return values;
    },
    randomUUID(): string {
      const bytes = new Uint8Array(16);
      random.scatter(bytes);
      return Buffer.from(bytes).toString('hex').replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
    },
    subtle: {
      // Keys that are no simulated ones sign with threads of Node, and never the same way twice.
      generateKey: (...given: Parameters<typeof generateEcdsaKey>) => world.standStill(generateEcdsaKey(...given)),
      exportKey: async (format: 'raw', key: CryptoKey) => known(key)?.point.slice().buffer ?? world.standStill(subtle.exportKey(format, key)),
      sign: async (algorithm: EcdsaParams, key: CryptoKey, message: Uint8Array<ArrayBuffer>) => (
        known(key)?.signer.sign(message) ?? world.standStill(subtle.sign(algorithm, key, message))
      ),
      digest: async (_algorithm: string, bytes: ArrayBuffer | Uint8Array) => sha256(new Uint8Array(bytes as ArrayBuffer)),
    },
  };
}

/**
 * Puts the world in the place of the machine, until the function that it gives is called.
 * @param keys that may sign
 */
export function installMachine(world: World, keys: readonly SimulatedKeys[]): () => void {
  const timers = timersOf(world);
  const page = (): Page => world.current as Page;
  const undo: (() => void)[] = [];
  const put = (target: object, name: string, property: PropertyDescriptor): void => {
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { configurable: true, ...property });
    undo.push(() => (before === undefined ? Reflect.deleteProperty(target, name) : Object.defineProperty(target, name, before)));
  };
  const put1 = (name: string, value: unknown): void => put(globalThis, name, { value, writable: true });
  for (const [name, value] of Object.entries({ ...timers, ...DATABASE_NAMES, Blob: HeldBlob, crypto: cryptoOf(world, keys) })) put1(name, value);
  put(globalThis, 'indexedDB', { get: () => page().origin.databases });
  put1('navigator', { get locks() {
    return page().origin.locks;
  } });
  put(Date, 'now', { value: world.clock, writable: true });
  put(performance, 'now', { value: () => world.elapsed, writable: true });
  put(Math, 'random', { value: world.random.fraction, writable: true });
  put(AbortSignal, 'timeout', { writable: true, value: (milliseconds: number) => {
    const controller = new AbortController();
    world.after(milliseconds, () => controller.abort(new DOMException('It took too long.', 'TimeoutError')));
    return controller.signal;
  } });
  const { setImmediate } = promises;
  Object.assign(promises, { setImmediate: (value: unknown) => world.sleep(0).then(() => value) });
  syncBuiltinESMExports();
  return () => {
    for (const one of undo.reverse()) one();
    Object.assign(promises, { setImmediate });
    syncBuiltinESMExports();
  };
}
