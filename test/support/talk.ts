// A house's end of a conversation with a mirror, message by message.
import { openHttpChannel } from '../../src/bridge/http/index.ts';
import { openWebSocket } from '../../src/bridge/websocket/index.ts';
import { decodeMirrorMessage, encodeHouseMessage } from '../../src/mirroring/index.ts';
import type { Channel, HouseMessage, MirrorMessage, Receipt } from '../../src/mirroring/index.ts';
import type { CommitMessage } from '../../src/repo/index.ts';
import type { MirrorHouse } from './running-mirror.ts';

type Said<Type extends MirrorMessage['type']> = MirrorMessage & { readonly type: Type };

export class Talk {
  readonly #channel: Channel;
  readonly #frames: AsyncIterator<Uint8Array>;
  welcome!: Said<'#welcome'>;

  private constructor(channel: Channel) {
    this.#channel = channel;
    this.#frames = channel.frames[Symbol.asyncIterator]();
  }

  /** Opened, and nothing said yet. */
  static async open({ url }: { readonly url: string }, over: 'websocket' | 'http' = 'websocket'): Promise<Talk> {
    const address = `${url}/xrpc/app.holdfast.mirror.converse`;
    return new Talk(over === 'http' ? await openHttpChannel(address) : await openWebSocket(address.replace(/^http/, 'ws')));
  }

  /** The account has said who it is, and was welcome. */
  static async begin(house: MirrorHouse, over: 'websocket' | 'http' = 'websocket'): Promise<Talk> {
    const talk = await Talk.open(house.mirror, over);
    talk.welcome = await talk.ask('#welcome', { type: '#hello', did: house.did, token: await house.token('converse'), version: 'test' });
    return talk;
  }

  /** Says something and hears the answer, which has to be of this type. */
  async ask<Type extends MirrorMessage['type']>(type: Type, message: HouseMessage): Promise<Said<Type>> {
    await this.say(message);
    let answer = await this.hear();
    // May come at any time, and answers nothing.
    while (answer?.type === '#moved') answer = await this.hear();
    if (answer?.type !== type) throw new Error(`the answer to ${message.type} is ${JSON.stringify(answer)}`);
    return answer as Said<Type>;
  }

  say(message: HouseMessage): Promise<void> {
    return this.#channel.send(encodeHouseMessage(message));
  }

  /** The next message, undefined at the end. */
  async hear(): Promise<MirrorMessage | undefined> {
    const { done, value } = await this.#frames.next();
    return done === true ? undefined : decodeMirrorMessage(value);
  }

  async commit(message: CommitMessage): Promise<Receipt> {
    return (await this.ask('#ack', { type: '#commit', message })).receipt;
  }

  refused(message: CommitMessage): Promise<Said<'#reject'>> {
    return this.ask('#reject', { type: '#commit', message });
  }

  close(): void {
    this.#channel.close();
  }
}
