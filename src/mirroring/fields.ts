import { Cid, isDatetime, isDid, isTid, parseCid } from '../protocol/index.ts';
import type { CborMap, CborValue, Datetime, Did, Tid } from '../protocol/index.ts';
import { ChannelError } from './ports/channel.ts';

/** The fields of a message from outside, each looked at when it is read. Fields that nobody reads are passed over, as lexicons have it. */
export class Fields {
  readonly #message: string;
  readonly #map: CborMap;

  /** @param message what to call it in errors */
  constructor(message: string, map: CborMap) {
    this.#message = message;
    this.#map = map;
  }

  /** @throws ChannelError BadFrame, as every method here */
  static of(message: string, value: CborValue | undefined): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Cid || value instanceof Uint8Array) {
      throw badFrame(`${message} is a map, and this is none.`, { message });
    }
    return new Fields(message, value as CborMap);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#map, name);
  }

  /** @param limit in UTF-16 units, no less than the bytes that a lexicon allows for plain text */
  text(name: string, limit: number): string {
    const value = this.#value(name);
    return typeof value === 'string' && value.length <= limit ? value : this.#fail(name, `a text of at most ${limit} characters`);
  }

  integer(name: string, minimum = 0): number {
    const value = this.#value(name);
    return typeof value === 'number' && value >= minimum ? value : this.#fail(name, `an integer from ${minimum}`);
  }

  boolean(name: string): boolean {
    const value = this.#value(name);
    return typeof value === 'boolean' ? value : this.#fail(name, 'true or false');
  }

  bytes(name: string, limit: number): Uint8Array {
    const value = this.#value(name);
    return value instanceof Uint8Array && value.length <= limit ? value : this.#fail(name, `at most ${limit} bytes`);
  }

  did(name: string): Did {
    const value = this.#value(name);
    return typeof value === 'string' && isDid(value) ? value : this.#fail(name, 'a DID');
  }

  tid(name: string): Tid {
    const value = this.#value(name);
    return typeof value === 'string' && isTid(value) ? value : this.#fail(name, 'a TID');
  }

  /** A TID, or null. */
  tidOrNull(name: string): Tid | null {
    return this.#value(name) === null ? null : this.tid(name);
  }

  datetime(name: string): Datetime {
    const value = this.#value(name);
    return typeof value === 'string' && isDatetime(value) ? value : this.#fail(name, 'a datetime');
  }

  /** A link. */
  cid(name: string): Cid {
    const value = this.#value(name);
    return value instanceof Cid ? value : this.#fail(name, 'a link to a block');
  }

  cidOrNull(name: string): Cid | null {
    return this.#value(name) === null ? null : this.cid(name);
  }

  /** A CID that is written as text. */
  cidText(name: string): Cid {
    const value = this.#value(name);
    try {
      return parseCid(typeof value === 'string' ? value : '');
    } catch {
      return this.#fail(name, 'the text of a CID');
    }
  }

  cids(name: string, limit: number): readonly Cid[] {
    const value = this.#list(name, limit);
    return value.every((item) => item instanceof Cid) ? value : this.#fail(name, 'a list of links');
  }

  map(name: string): Fields {
    return Fields.of(`${name} of ${this.#message}`, this.#value(name));
  }

  maps(name: string, limit: number): readonly Fields[] {
    return this.#list(name, limit).map((item, index) => Fields.of(`${name}[${index}] of ${this.#message}`, item));
  }

  #list(name: string, limit: number): readonly CborValue[] {
    const value = this.#value(name);
    return Array.isArray(value) && value.length <= limit ? value : this.#fail(name, `a list of at most ${limit}`);
  }

  #value(name: string): CborValue | undefined {
    return this.has(name) ? this.#map[name] : undefined;
  }

  #fail(name: string, wanted: string): never {
    const found = this.has(name) ? 'is something else' : 'is missing';
    throw badFrame(`${name} of ${this.#message} must be ${wanted}, and ${found}.`, { message: this.#message, field: name });
  }
}

export function badFrame(message: string, details: Readonly<Record<string, string>> = {}, cause?: unknown): ChannelError {
  return new ChannelError('BadFrame', message, details, cause);
}
