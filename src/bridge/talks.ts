import { parseDid } from '../protocol/index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { BridgeLink, BridgeLinks } from './link.ts';
import type { FreshCommit } from './xrpc-desk.ts';
import type { Did } from '../protocol/index.ts';

/** A conversation that goes on until it is stopped. */
export interface Talk {
  /** There is something to send: this, where it is known. */
  wake(commit?: FreshCommit): void;
  /** The DID says something else: the mirror is to look. */
  tellIdentity(): void;
  /** The network came or went: begins again, at once. */
  again(): void;
  stop(): void;
}

/** With whom to talk, for whom. */
export interface Correspondent {
  readonly did: Did;
  /** The origin of the mirror. */
  readonly url: string;
}

/** Who began a conversation hears of it. */
export interface TalkListener {
  /** How it stands, whenever that changes. */
  onLink(link: BridgeLink): void;
  /** The mirror gives reason to look at the DID. */
  onDoubt(): void;
  /** The house has decided to say no more. */
  onEnd(): void;
}

/** Begins a conversation. */
export type BeginTalk = (correspondent: Correspondent, listener: TalkListener) => Talk;

/** One conversation for every account that has a mirror and may talk to it. */
export class Talks {
  readonly #calls: HouseCalls;
  readonly #begin: BeginTalk;
  readonly #onChange: (links: BridgeLinks) => void;
  readonly #onDoubt: (did: string) => void;
  readonly #talks = new Map<string, { readonly talk: Talk; readonly url: string; readonly resend: boolean }>();
  readonly #links = new Map<string, BridgeLink>();
  /** Accounts to ask the house about. */
  readonly #toAsk = new Set<string>();
  #askAll = false;
  #asking = false;
  #ended = false;

  constructor(calls: HouseCalls, begin: BeginTalk, onChange: (links: BridgeLinks) => void, onDoubt: (did: string) => void = () => undefined) {
    this.#calls = calls;
    this.#begin = begin;
    this.#onChange = onChange;
    this.#onDoubt = onDoubt;
  }

  /** Asks the house which accounts have a mirror; or of one account, whether it still has it. Never rejects. */
  async refresh(did?: string): Promise<void> {
    if (did === undefined) this.#askAll = true;
    else this.#toAsk.add(did);
    if (this.#asking) return;
    this.#asking = true;
    try {
      // Nothing is awaited between the last look and the end.
      while (!this.#ended && (this.#askAll || this.#toAsk.size > 0)) await this.#ask();
    } catch {
      // The house could not be asked now; its feed says when it can be again. What goes on goes on.
      this.#askAll = true;
    } finally {
      this.#asking = false;
    }
  }

  wake(did: string, commit?: FreshCommit): void {
    this.#talks.get(did)?.talk.wake(commit);
  }

  tellIdentity(did: string): void {
    this.#talks.get(did)?.talk.tellIdentity();
  }

  wakeAll(): void {
    for (const { talk } of this.#talks.values()) talk.wake();
  }

  again(): void {
    for (const { talk } of this.#talks.values()) talk.again();
  }

  end(): void {
    this.#ended = true;
    for (const did of [...this.#talks.keys()]) this.#stop(did);
  }

  async #ask(): Promise<void> {
    if (this.#askAll) {
      this.#askAll = false;
      const { accounts } = await this.#calls.get('app.holdfast.account.list', {});
      const dids = new Set<string>(accounts.map(({ did }) => did));
      for (const did of [...this.#talks.keys()]) if (!dids.has(did)) this.#stop(did);
      for (const did of dids) this.#toAsk.add(did);
    }
    for (const did of [...this.#toAsk]) {
      this.#toAsk.delete(did);
      await this.#askAbout(did);
    }
  }

  async #askAbout(did: string): Promise<void> {
    const { mirror } = await this.#calls.get('app.holdfast.bridge.describe', { did: did as `did:${string}:${string}` });
    if (this.#ended) return;
    const url = mirror?.state === 'active' ? mirror.url : undefined;
    const known = this.#talks.get(did);
    const resend = mirror?.resend === true;
    if (known?.url === url) {
      // That is decided when they greet.
      if (known !== undefined && resend && !known.resend) known.talk.again();
      if (known !== undefined) this.#talks.set(did, { ...known, resend });
      return;
    }
    this.#stop(did);
    if (url === undefined) return;
    const isThis = (): boolean => this.#talks.get(did)?.talk === talk;
    const talk = this.#begin({ did: parseDid(did), url }, {
      onLink: (link) => isThis() && this.#become(did, link),
      onDoubt: () => this.#onDoubt(did),
      onEnd: () => isThis() && this.#stop(did),
    });
    this.#talks.set(did, { talk, url, resend });
  }

  #stop(did: string): void {
    this.#talks.get(did)?.talk.stop();
    this.#talks.delete(did);
    if (this.#links.has(did)) this.#become(did, undefined);
  }

  #become(did: string, link: BridgeLink | undefined): void {
    if (link === undefined) this.#links.delete(did);
    else this.#links.set(did, link);
    this.#onChange(new Map(this.#links));
  }
}
