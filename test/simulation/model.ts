// What clients asked for, what they were told, and what may therefore be there.
import type { Reply } from './house.ts';

/** What one wish puts at a path, or that it deletes. */
export interface Effect {
  /** Undefined where the house chooses the path, until it says which. */
  readonly path: string | undefined;
  /** Of the record, like no other; undefined deletes. */
  readonly text: string | undefined;
}

/** What a client asked for once, though perhaps it said so several times. */
export class Wish {
  readonly id: string;
  /** Of which house it was asked: others have never heard of it. */
  readonly origin: string;
  readonly nsid: string;
  readonly body: object;
  effects: readonly Effect[];
  /** By the count of events of the world. */
  readonly begun: number;
  ended = Infinity;
  /** Whether it was carried out, was not, or nobody knows. */
  state: 'asked' | 'done' | 'refused' | 'unknown' = 'asked';
  /** The answer that it got first. */
  answer: string | undefined;
  #open = 0;
  #isDoubtful = false;

  constructor(id: string, origin: string, nsid: string, body: object, effects: readonly Effect[], begun: number) {
    [this.id, this.origin, this.nsid, this.body, this.effects, this.begun] = [id, origin, nsid, body, effects, begun];
  }

  asked(): void {
    this.#open++;
    this.ended = Infinity;
  }

  /**
   * Takes what came of asking.
   * @returns what is wrong with it
   */
  told(reply: Reply, now: number): string | undefined {
    if (--this.#open === 0) this.ended = now;
    if (reply === undefined) this.#isDoubtful = true;
    else if (reply.status === 200) return this.#done(reply.body);
    // What fails inside says nothing of what is stored; the others say that nothing was changed.
    else if (reply.status >= 500 && reply.body['error'] !== 'StorageFull') this.#isDoubtful = true;
    if (this.state !== 'done') this.state = this.#isDoubtful || this.#open > 0 ? 'unknown' : 'refused';
    return undefined;
  }

  #done(body: Readonly<Record<string, unknown>>): string | undefined {
    const answer = JSON.stringify(body);
    const [first] = this.effects;
    if (this.effects.length === 1 && first!.path === undefined) {
      this.effects = [{ ...first!, path: String(body['uri']).split('/').slice(3).join('/') }];
    }
    this.state = 'done';
    // Where nothing was to do nothing is remembered, and who asks again may find something to do.
    if (this.answer === undefined || !this.answer.includes('"commit"')) this.answer = answer;
    return this.answer === answer ? undefined : `${this.id} was answered with ${this.answer}, and when it was asked again with ${answer}`;
  }
}

/** Effects at one path, with what is known of them. */
interface Dated extends Effect {
  readonly wish: Wish;
}

/**
 * What is wrong with the records that are there, by path, with their texts.
 * @param isShared whether several houses write at this path, so that the last one is not to be told from here
 */
export function wrongIn(records: ReadonlyMap<string, string>, wishes: readonly Wish[], isShared: (path: string) => boolean): string[] {
  const wrong: string[] = [];
  const byText = new Map<string, Wish>();
  const byPath = new Map<string, Dated[]>();
  for (const wish of wishes) {
    for (const effect of wish.effects) {
      if (effect.text !== undefined) byText.set(effect.text, wish);
      if (effect.path === undefined || wish.state === 'refused') continue;
      byPath.set(effect.path, [...byPath.get(effect.path) ?? [], { ...effect, wish }]);
    }
  }
  const seen = new Map<string, string>();
  for (const [path, text] of records) {
    const wish = byText.get(text);
    if (wish === undefined) wrong.push(`${path} holds ${text}, which nobody asked for`);
    else if (wish.state === 'refused') wrong.push(`${path} holds ${text} of ${wish.id}, which was refused`);
    if (seen.has(text)) wrong.push(`${text} is there twice, at ${seen.get(text)} and ${path}`);
    seen.set(text, path);
  }
  for (const [path, effects] of byPath) {
    const found = records.get(path);
    const makers = effects.filter(({ text }) => text === found);
    const ends = makers.map(({ wish }) => (wish.state === 'done' ? wish.ended : Math.max(wish.ended, wish.begun)));
    // Nothing had been there.
    if (found === undefined) ends.push(-1);
    const latest = Math.max(...ends, -Infinity);
    if (isShared(path)) continue;
    const later = effects.find(({ text, wish }) => text !== found && wish.state === 'done' && wish.begun > latest);
    if (later !== undefined) {
      wrong.push(`${path} holds ${found ?? 'nothing'}, though ${later.wish.id} (${later.text ?? 'delete'}) was acknowledged after all that may have made it so`);
    }
  }
  return wrong;
}
