import { MirrorRefusal, signReceipt } from '../mirroring/index.ts';
import type { CopyHead, MirrorDesk, Receipt } from '../mirroring/index.ts';
import { cidOf, tidFrom, tidTime } from '../protocol/index.ts';
import type { Did, Signer } from '../protocol/index.ts';
import { readCar, readCommit } from '../repo/index.ts';
import type { CommitMessage } from '../repo/index.ts';

/** What a mirror can do to a house that trusts it with nothing. */
export type Deed =
  /** It shows an older state than the one it has confirmed. */
  | 'roll back'
  /** It says that it holds a state that nobody has ever written. */
  | 'fork'
  /** It signs its receipts with another key than the one that it had when they were paired. */
  | 'change its key'
  /** It confirms another commit than the one that it was given. */
  | 'lie in receipts'
  /** It holds the house to a key that the account no longer has. */
  | 'serve an old key'
  /** It confirms what it is given, and neither keeps it nor tells anybody. */
  | 'withhold';

/** What a mirror does for houses, honestly until it is told not to. For tests of houses. */
export class Hostility {
  readonly #own: Signer;
  readonly #other: Signer;
  /** What every account was at when it was first greeted. */
  readonly #firsts = new Map<Did, CopyHead>();
  /** What it says that it has, and withholds. */
  readonly #withheld = new Map<Did, CopyHead>();
  deed: Deed | undefined;
  /** How often it has done so. */
  done = 0;
  /** How often a house has said anything to it. */
  heard = 0;

  /** @param own the key that the mirror signs receipts with, @param other another */
  constructor(own: Signer, other: Signer) {
    this.#own = own;
    this.#other = other;
  }

  /** Whether it has greeted a house of the account: what that had then is what it rolls back to. */
  hasMet(did: string): boolean {
    return this.#firsts.has(did as Did);
  }

  /** The desk in disguise. */
  disguise(desk: MirrorDesk): MirrorDesk {
    return {
      ...desk,
      hello: async (hello) => {
        this.heard++;
        if (this.deed === 'serve an old key') throw this.#did(new MirrorRefusal('InvalidToken', 'The token is not signed by the key of its account.'));
        const welcome = await desk.hello(hello);
        const { head } = welcome;
        if (head === undefined) return welcome;
        const first = this.#firsts.get(hello.did) ?? head;
        this.#firsts.set(hello.did, first);
        if (this.deed === 'roll back') return this.#did({ ...welcome, head: first });
        const later = (): CopyHead => ({ ...head, cid: cidOf(new TextEncoder().encode(head.rev), 'dag-cbor'), rev: tidFrom(tidTime(head.rev) + 1, 0) });
        if (this.deed === 'fork') return this.#did({ ...welcome, head: later() });
        return { ...welcome, head: this.#withheld.get(hello.did) ?? head };
      },
      commit: async (did, message) => {
        this.heard++;
        if (this.deed === 'withhold') return this.#did(await this.#withhold(did, message));
        const receipt = await desk.commit(did, message);
        const told = Date.parse(receipt.time);
        if (this.deed === 'change its key') return this.#did(await signReceipt(this.#other, receipt, told));
        if (this.deed === 'lie in receipts') return this.#did(await signReceipt(this.#own, { ...receipt, commit: cidOf(new TextEncoder().encode('another'), 'dag-cbor') }, told));
        return receipt;
      },
    };
  }

  #withhold(did: Did, { blocks, commit: cid, rev }: CommitMessage): Promise<Receipt> {
    const { data } = readCommit(readCar(blocks).blocks.find((block) => block.cid.equals(cid))!);
    this.#withheld.set(did, { cid, rev, data });
    const time = Date.now();
    return signReceipt(this.#own, { did, commit: cid, rev, seq: time * 1_000 }, time);
  }

  #did<Answer>(answer: Answer): Answer {
    this.done++;
    return answer;
  }
}
