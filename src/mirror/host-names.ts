import type { CopyAccount } from '../mirroring/index.ts';
import { parseDid } from '../protocol/index.ts';
import type { Did } from '../protocol/index.ts';
import type { MirrorSettings } from './settings.ts';

/** A name under which the mirror is a server of its own to the network. */
export interface HostName {
  /** As accounts live under it, and as it is asked: without a port, which may change. */
  readonly name: string;
  /** As relays know it: on this machine with the port. */
  readonly hostname: string;
  /** As DID documents name it. */
  readonly origin: string;
  readonly did: Did;
}

const LOCALHOST = 'localhost';

/** The names of a mirror, one or several. */
export class HostNames {
  readonly all: readonly [HostName, ...HostName[]];
  readonly #byName: ReadonlyMap<string, HostName>;

  /** @param port that it listens on, which the names of a mirror of this machine hold */
  constructor({ hostname, moreHostnames = [] }: Pick<MirrorSettings, 'hostname' | 'moreHostnames'>, port: number) {
    const make = (name: string): HostName => (hostname === undefined
      ? { name, hostname: `${name}:${port}`, origin: `http://${name}:${port}`, did: parseDid(`did:web:${name}%3A${port}`) }
      : { name, hostname: name, origin: `https://${name}`, did: parseDid(`did:web:${name}`) });
    this.all = [make(hostname ?? LOCALHOST), ...moreHostnames.map(make)];
    this.#byName = new Map(this.all.map((each) => [each.name, each]));
  }

  get first(): HostName {
    return this.all[0];
  }

  /** By which a request asks, whose `Host` it is given. One that nobody knows asks as by the first. */
  asked(host: string | undefined): HostName {
    // Of every request of a mirror with one name there is nothing to find out.
    if (host === undefined || this.all.length === 1) return this.first;
    return this.#byName.get(host.toLowerCase().replace(/\.?(?::\d*)?$/, '')) ?? this.first;
  }

  /** Under which an account lives. Undefined where that is none of the mirror's any more. */
  of({ host }: Pick<CopyAccount, 'host'>): HostName | undefined {
    return host === undefined ? this.first : this.#byName.get(host);
  }

  /** The one of this origin, if it is one of the mirror's. */
  at(origin: string | undefined): HostName | undefined {
    return this.all.find((each) => each.origin === origin);
  }
}
