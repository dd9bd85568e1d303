import type { Alarm, AlarmKind, AlertWay, CopyAccount, MirrorStore, WayTo } from '../../mirroring/index.ts';
import { datetimeFromMs, HoldfastError } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { alarmWords, codeWords, testWords, UNDO_MS } from './words.ts';
import type { About, Words } from './words.ts';
import type { SealPush } from './push.ts';
import { signed } from './webhook.ts';
import type { Post } from './webhook.ts';

/** Sends a letter. @throws what went wrong */
export type SendMail = (to: string, words: Words, signal: AbortSignal) => Promise<void>;

/** The push service of a browser says that it is there no more. */
export class WayLost extends HoldfastError<'WayLost'> {}

export interface SenderOptions {
  readonly copies: Pick<MirrorStore, 'account'>;
  /** By which an account knows the mirror. */
  readonly originOf: (account: Pick<CopyAccount, 'host'>) => string;
  readonly post: Post;
  readonly seal: SealPush;
  /** Left out where it sends no letters. */
  readonly mail?: SendMail;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What programs are told besides the words. */
interface More {
  readonly id?: string;
  readonly alarm?: { readonly kind: AlarmKind; readonly about: string; readonly at: string; readonly until?: string };
}

const WEBHOOK_MS = 5_000;
const PUSH_MS = 10_000;
/** A browser that was off for longer is told by the page that is opened then. In seconds. */
const PUSH_WAITS_S = UNDO_MS / 1_000;
const MAIL_MS = 30_000;

/** Puts what owners are told into the words and the form of each way, and sends it once. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #end = new AbortController();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get kinds(): readonly WayTo['kind'][] {
    return this.#options.mail === undefined ? ['webhook', 'push'] : ['webhook', 'push', 'email'];
  }

  /** What is being sent is given up. */
  close(): void {
    this.#end.abort();
  }

  /** @throws WayLost, Error */
  async alarm(did: Did, way: AlertWay, alarm: Alarm): Promise<void> {
    const { kind, about, at } = alarm;
    const until = kind === 'operation' ? { until: datetimeFromMs(at + UNDO_MS) } : {};
    await this.#send(did, way, 'alarm', (account) => alarmWords(alarm, account, this.#options.now()), {
      // The same for what is sent twice.
      id: [way.id, kind, about].join('-'), alarm: { kind, about, at: datetimeFromMs(at), ...until },
    });
  }

  /** @throws WayLost, Error */
  async test(did: Did, way: AlertWay): Promise<void> {
    await this.#send(did, way, 'test', testWords, { id: [way.id, 'test', this.#options.now()].join('-') });
  }

  /** @throws Error */
  async code(did: Did, way: AlertWay, code: string): Promise<void> {
    await this.#send(did, way, 'code', (account) => codeWords(code, account), {});
  }

  async #send(did: Did, { to }: AlertWay, type: string, words: (about: About) => Words, more: More): Promise<void> {
    const { copies, originOf, mail, now } = this.#options;
    const kept = await copies.account(did) ?? {};
    const { handle }: Pick<CopyAccount, 'handle'> = kept;
    const account = { did, mirror: originOf(kept), ...(handle !== undefined && { handle }) };
    // The browser has the words, in the language of its owner.
    if (to.kind === 'push') return this.#push(to, { kind: more.alarm?.kind ?? type, id: more.id, did, handle });
    const said = words(account);
    if (to.kind === 'email') {
      if (mail === undefined) throw new Error('this mirror sends no letters now');
      return mail(to.address, said, AbortSignal.any([this.#end.signal, AbortSignal.timeout(MAIL_MS)]));
    }
    const { body, headers } = signed({ type, ...account, time: datetimeFromMs(now()), ...said, ...more }, to.secret, now());
    await this.#post(to.url, body, headers, WEBHOOK_MS);
  }

  async #push(to: Extract<WayTo, { kind: 'push' }>, message: object): Promise<void> {
    const { body, headers } = await this.#options.seal(to, message, PUSH_WAITS_S);
    await this.#post(to.endpoint, body, headers, PUSH_MS, [404, 410]);
  }

  /** @param lost the statuses by which a push service says that a browser is no more */
  async #post(url: string, body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>>, ms: number, lost: readonly number[] = []): Promise<void> {
    const status = await this.#options.post(url, body, headers, AbortSignal.any([this.#end.signal, AbortSignal.timeout(ms)]));
    if (lost.includes(status)) throw new WayLost('WayLost', `its push service answered ${status}`);
    if (status < 200 || status > 299) throw new Error(`it answered ${status}`);
  }
}
