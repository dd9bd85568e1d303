import { HoldfastError } from '../protocol/index.ts';
import type { Context } from './context.ts';

/** Something that a server does wrong. The code is for programs; the message says what was wanted and what was found. */
export class Finding extends HoldfastError {}

/** There was nothing to check a point by, or nothing that can be relied on: neither right nor wrong. */
export class NotSeen extends HoldfastError<'NotSeen'> {
  constructor(why: string) {
    super('NotSeen', why);
  }
}

/** Why nothing was seen, where a status says no more than that too much was asked; undefined for every other. */
export function busyBy(status: number): NotSeen | undefined {
  return status === 429 ? new NotSeen('the server asks for fewer requests (429)') : undefined;
}

/** @throws NotSeen */
export function mustNotBeBusy(status: number): void {
  const busy = busyBy(status);
  if (busy !== undefined) throw busy;
}

/** The groups of checks, in the order in which they run and are told. */
export const GROUPS = ['server', 'identity', 'records', 'repository', 'blobs', 'oauth', 'firehose', 'writing', 'live'] as const;
export type Group = (typeof GROUPS)[number];

/** One thing that a server of accounts has to do. */
export interface Check {
  /** Its group, a dot, and a name: stable, for programs. */
  readonly id: `${Group}.${string}`;
  /** What is right, in words. */
  readonly title: string;
  /** Where it is written. */
  readonly why: string;
  /** Milliseconds that it may take, where it needs more than others. */
  readonly ms?: number;
  /** Begins only when those before it that were too slow have come to their end, or had a minute more for it. */
  readonly isAfterLate?: boolean;
  /**
   * Resolves with what was seen, in words.
   * @throws Finding; NotSeen; HoldfastError of what verifies, which is a finding too
   */
  readonly run: (context: Context) => Promise<string>;
}

/** @throws Finding unless it is so */
export function must(isSo: boolean, code: string, message: string): asserts isSo {
  if (!isSo) throw new Finding(code, message);
}

/**
 * What another check is about: where it is wrong, that check says so, and this one has nothing to go by.
 * @param id of the other check
 */
export async function given<Value>(id: string, value: Promise<Value>): Promise<Value> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof HoldfastError && error.code !== 'NotSeen') throw new NotSeen(`see ${id}`);
    throw error;
  }
}

/** Text of a server, short and in one line, for a message. @param most UTF-16 units */
export function shown(value: unknown, most = 120): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? 'nothing';
  // What a server sends must not write on the terminal as it likes.
  const line = [...text].map((letter) => (/\p{C}/u.test(letter) ? ' ' : letter)).join('');
  return line.length > most ? `${line.slice(0, most)}…` : line;
}

/** `3 records`, `1 record`. */
export function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}
