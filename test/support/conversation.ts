import assert from 'node:assert/strict';
import { datetimeFromMs } from '../../src/protocol/index.ts';
import type { Cid, Tid } from '../../src/protocol/index.ts';
import { isReceiptOf, MirrorRefusal } from '../../src/mirroring/index.ts';
import type { HouseDesk, HouseMessage, MirrorDesk, MirrorMessage, NextStep, Outgoing, Receipt, Timers } from '../../src/mirroring/index.ts';
import type { CommitMessage } from '../../src/repo/index.ts';
import { DID } from './house.ts';
import { mirrorSigner } from './mirror.ts';
import type { TestMirror } from './mirror.ts';

/** A mirror's desk that knows one token. */
export function mirrorDesk(mirror: TestMirror): MirrorDesk {
  return {
    hello: async ({ did, token }) => {
      if (token !== 'good') throw new MirrorRefusal('InvalidToken', 'The token is not good.');
      const { head, told } = (await mirror.store.account(did))!;
      return {
        type: '#welcome', time: datetimeFromMs(mirror.now()), limits: mirror.limits,
        ...(head !== undefined && { head }), ...(told !== undefined && { seq: told.seq }),
      };
    },
    commit: (did, message) => mirror.ingest.commit(did, message),
    missing: (did, blobs) => mirror.ingest.missing(did, blobs),
    follow: () => () => undefined,
    identity: async () => undefined,
  };
}

/** A house's desk over a list, with the plainest rules: send what the mirror does not have; stop where it has what we do not know. */
export class TestDesk implements HouseDesk {
  readonly waiting: Outgoing[] = [];
  /** Revs that the mirror may be at. */
  readonly known = new Map<Tid, string>();
  readonly receipts: Receipt[] = [];
  /** What was asked of it, in order. */
  readonly calls: string[] = [];
  token = 'good';
  onRefused: (reject: MirrorMessage & { readonly type: '#reject' }) => NextStep = () => ({ next: 'send' });
  onGreet: ((welcome: MirrorMessage & { readonly type: '#welcome' }) => NextStep) | undefined;

  constructor(start: { readonly rev: Tid; readonly cid: Cid }) {
    this.known.set(start.rev, start.cid.toString());
  }

  write(message: CommitMessage, blobs: readonly Cid[] = []): void {
    this.waiting.push({ rev: message.rev, blobs, message });
    this.known.set(message.rev, message.commit.toString());
  }

  async hello(): Promise<HouseMessage & { readonly type: '#hello' }> {
    this.calls.push('hello');
    return { type: '#hello', did: DID, token: this.token, version: 'test' };
  }

  async greet(welcome: MirrorMessage & { readonly type: '#welcome' }): Promise<NextStep> {
    this.calls.push('greet');
    if (this.onGreet !== undefined) return this.onGreet(welcome);
    const { head } = welcome;
    if (head === undefined) return { next: 'hand-over' };
    if (this.known.get(head.rev) !== head.cid.toString()) return { next: 'stop' };
    this.#letGo(head.rev);
    return { next: 'send', after: head.rev };
  }

  async outbox(after: Tid | undefined, limit: number): Promise<readonly Outgoing[]> {
    return this.waiting.filter(({ rev }) => after === undefined || rev > after).slice(0, limit);
  }

  async sendBlobs(cids: readonly Cid[]): Promise<void> {
    this.calls.push(`blobs ${cids.join()}`);
  }

  async settle(receipt: Receipt): Promise<void> {
    assert.ok(await isReceiptOf(mirrorSigner.publicKey, receipt));
    this.calls.push(`settle ${receipt.rev}`);
    this.receipts.push(receipt);
    this.#letGo(receipt.rev);
  }

  async refused(reject: MirrorMessage & { readonly type: '#reject' }): Promise<NextStep> {
    this.calls.push(`refused ${reject.code}`);
    return this.onRefused(reject);
  }

  async handOver(): Promise<void> {
    this.calls.push('hand-over');
  }

  #letGo(rev: Tid): void {
    while (this.waiting.length > 0 && this.waiting[0]!.rev <= rev) this.waiting.shift();
  }
}

/** Time that passes when nothing else is left to do. */
export class TestTimers implements Timers {
  now = 0;
  readonly #due: { readonly at: number; readonly work: () => void }[] = [];

  after(milliseconds: number, work: () => void): () => void {
    const due = { at: this.now + milliseconds, work };
    this.#due.push(due);
    return () => {
      const index = this.#due.indexOf(due);
      if (index !== -1) this.#due.splice(index, 1);
    };
  }

  /** Lets everything run that waits for no timer, and then time pass until the next. False when there is none. */
  async pass(): Promise<boolean> {
    await quiet();
    const [next] = this.#due.sort((a, b) => a.at - b.at);
    if (next === undefined) return false;
    this.#due.shift();
    this.now = Math.max(this.now, next.at);
    next.work();
    await quiet();
    return true;
  }
}

/** When nothing runs that could. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
