import { asOwner } from './as-owner.ts';
import { house } from '../house/client.ts';
import { endWakings } from '../house/waking.ts';
import { formatNumber, msg, str } from '../i18n.ts';
import { mirrorPairing } from './mirror-pairing.ts';
import { mirrorStore } from './mirror-store.ts';
import { hostOf } from './mirror-words.ts';
import type { ReactiveControllerHost } from 'lit';
import type { Mirror } from './mirror-store.ts';

/** What the owner can have done to a mirror, by name. */
export type Deed = 'pause' | 'read' | 'hand-over' | 'blobs' | 'look' | 'leave';

/** Does one thing to the mirror at a time, and keeps how it went; renders its host again on every change. */
export class MirrorDeeds {
  #host: ReactiveControllerHost;
  /** What is being done. */
  busy: Deed | undefined;
  failed: { readonly deed: Deed; readonly error: unknown } | undefined;
  /** What was just done, in a sentence. */
  done: string | undefined;
  /** When the directory was asked, and found to name the mirror; an ISO datetime. */
  namedAt: string | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /** Says what was done elsewhere; or nothing. */
  tell(done: string | undefined): void {
    this.done = done;
    this.#host.requestUpdate();
  }

  /** Holds the bridge, or lets it go on, which also answers an alarm. */
  pause(did: Mirror['did'], paused: boolean): Promise<void> {
    return this.#do('pause', async () => {
      const { mirror } = await house.post('app.holdfast.bridge.setPaused', { did, paused });
      mirrorStore.learn(mirror);
      return paused ? msg('Paused. What you write is kept here and waits.') : undefined;
    });
  }

  /** Shows the notice of that time no more; one that came meanwhile stays. */
  read(did: Mirror['did'], { time }: NonNullable<Mirror['notice']>): Promise<void> {
    return this.#do('read', async () => {
      const { mirror } = await house.post('app.holdfast.bridge.readNotice', { did, time });
      mirrorStore.learn(mirror);
      return undefined;
    });
  }

  handOver(did: Mirror['did']): Promise<void> {
    return this.#do('hand-over', async () => {
      await house.post('app.holdfast.bridge.handOver', { did });
      return msg('Everything was sent again, and the mirror has confirmed it.');
    });
  }

  sendBlobs(did: Mirror['did']): Promise<void> {
    return this.#do('blobs', async () => {
      const { sent, missing } = await house.post('app.holdfast.bridge.sendBlobs', { did });
      const words = sent === 1 ? msg('1 was sent.') : msg(str`${formatNumber(sent)} were sent.`);
      return missing === 0 ? words : `${words} ${msg(str`${formatNumber(missing)} are still missing there.`)}`;
    });
  }

  look(did: Mirror['did']): Promise<void> {
    return this.#do('look', async () => {
      const { mirror } = await house.post('app.holdfast.bridge.look', { did });
      mirrorStore.learn(mirror);
      this.namedAt = mirror.alarm === undefined ? new Date().toISOString() : undefined;
      return undefined;
    });
  }

  /** @param force also where the mirror does not answer */
  leave(did: Mirror['did'], force: boolean): Promise<void> {
    return this.#do('leave', async () => {
      const { mirror } = await asOwner(did, () => house.post('app.holdfast.bridge.leave', { did, ...(force && { force }) }));
      mirrorPairing.forget();
      this.namedAt = undefined;
      if (mirror !== undefined) return msg(str`Given up. ${hostOf(mirror.url)} is your mirror, as before.`);
      // It may not have heard of it, or not want to.
      await endWakings(did).catch(() => undefined);
      return msg('You have left the mirror. Everything is here as before.');
    });
  }

  async #do(deed: Deed, work: () => Promise<string | undefined>): Promise<void> {
    if (this.busy !== undefined) return;
    this.busy = deed;
    this.failed = undefined;
    this.tell(undefined);
    let done: string | undefined;
    try {
      done = await work();
    } catch (error) {
      this.failed = { deed, error };
    }
    await mirrorStore.refresh();
    this.busy = undefined;
    this.tell(done);
  }
}
