import type { Alarm, AlertWay, MirrorStore } from '../../mirroring/index.ts';
import { datetimeFromMs } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { alarmWords, codeWords, testWords, UNDO_MS } from './words.ts';
import type { About, Words } from './words.ts';
import { signed } from './webhook.ts';
import type { Post } from './webhook.ts';

/** Sends a letter. @throws what went wrong */
export type SendMail = (to: string, words: Words, signal: AbortSignal) => Promise<void>;

export interface SenderOptions {
  readonly copies: Pick<MirrorStore, 'account'>;
  /** The origin of the mirror. */
  readonly mirror: string;
  readonly post: Post;
  /** Left out where it sends no letters. */
  readonly mail?: SendMail;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const WEBHOOK_MS = 5_000;
const MAIL_MS = 30_000;

/** Puts what owners are told into the words and the form of each way, and sends it once. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #end = new AbortController();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get kinds(): readonly ('webhook' | 'email')[] {
    return this.#options.mail === undefined ? ['webhook'] : ['webhook', 'email'];
  }

  /** What is being sent is given up. */
  close(): void {
    this.#end.abort();
  }

  /** @throws Error */
  async alarm(did: Did, way: AlertWay, alarm: Alarm): Promise<void> {
    const { kind, about, at } = alarm;
    const until = kind === 'operation' ? { until: datetimeFromMs(at + UNDO_MS) } : {};
    await this.#send(did, way, 'alarm', (account) => alarmWords(alarm, account, this.#options.now()), {
      // The same for what is sent twice.
      id: [way.id, kind, about].join('-'), alarm: { kind, about, at: datetimeFromMs(at), ...until },
    });
  }

  /** @throws Error */
  async test(did: Did, way: AlertWay): Promise<void> {
    await this.#send(did, way, 'test', testWords, { id: [way.id, 'test', this.#options.now()].join('-') });
  }

  /** @throws Error */
  async code(did: Did, way: AlertWay, code: string): Promise<void> {
    await this.#send(did, way, 'code', (account) => codeWords(code, account), {});
  }

  async #send(did: Did, { to }: AlertWay, type: string, words: (about: About) => Words, more: object): Promise<void> {
    const { copies, mirror, post, mail, now } = this.#options;
    const { handle } = await copies.account(did) ?? {};
    const account = { did, mirror, ...(handle !== undefined && { handle }) };
    const said = words(account);
    if (to.kind === 'email') {
      if (mail === undefined) throw new Error('this mirror sends no letters now');
      return mail(to.address, said, AbortSignal.any([this.#end.signal, AbortSignal.timeout(MAIL_MS)]));
    }
    const { body, headers } = signed({ type, ...account, time: datetimeFromMs(now()), ...said, ...more }, to.secret, now());
    const status = await post(to.url, body, headers, AbortSignal.any([this.#end.signal, AbortSignal.timeout(WEBHOOK_MS)]));
    if (status < 200 || status > 299) throw new Error(`it answered ${status}`);
  }
}
