import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { Fired, FaultyLine } from './faults.ts';
import type { Candidate, Session } from '../../src/bridge/webrtc/index.ts';
import type { Fault } from './faults.ts';

const HOST = '127.0.0.1';

/** Of a direction: what happens to which datagrams, counted from the moment that the plan is made. */
export interface DatagramPlan {
  readonly toMirror?: readonly Fault[];
  readonly toHouse?: readonly Fault[];
}

type Take = (datagram: Uint8Array) => void;

/**
 * Stands between the two sides of a peer connection, and does to datagrams what plans say. The house is told the address of the
 * proxy in the place of the mirror's own. One that is late holds up none of those after it: they overtake it.
 */
export class UdpFaultProxy {
  readonly fired = new Fired();
  /** How many went on after one that had come later. */
  overtaken = 0;
  readonly #toHouse = createSocket('udp4');
  readonly #toMirror = createSocket('udp4');
  #house: { readonly address: string; readonly port: number } | undefined;
  #mirror: { readonly address: string; readonly port: number } | undefined;
  #lines: { readonly toMirror: Take; readonly toHouse: Take };
  #isCut = false;

  constructor() {
    this.#lines = this.#linesOf({});
    this.#toHouse.on('message', (bytes, from) => {
      this.#house = from;
      this.#lines.toMirror(bytes);
    });
    this.#toMirror.on('message', (bytes, from: RemoteInfo) => {
      this.#mirror ??= from;
      this.#lines.toHouse(bytes);
    });
  }

  async listen(): Promise<void> {
    for (const socket of [this.#toHouse, this.#toMirror]) {
      socket.bind(0, HOST);
      await once(socket, 'listening');
    }
  }

  /** From now on. */
  plan(plan: DatagramPlan): void {
    this.#lines = this.#linesOf(plan);
  }

  /** Nothing passes any more, and nobody is told. */
  cut(): void {
    this.#isCut = true;
  }

  /** What the house is told of the mirror. */
  facingHouse(session: Session): Session {
    const own = session.candidates.find(({ address }) => address === HOST);
    if (own !== undefined) this.#mirror = own;
    return { ...session, candidates: [candidateAt(this.#toHouse)] };
  }

  close(): void {
    this.cut();
    this.#toHouse.close();
    this.#toMirror.close();
  }

  #linesOf({ toMirror = [], toHouse = [] }: DatagramPlan): { readonly toMirror: Take; readonly toHouse: Take } {
    const line = (faults: readonly Fault[], socket: Socket, to: () => { readonly address: string; readonly port: number } | undefined): Take => {
      const numbers = new WeakMap<Uint8Array, number>();
      let taken = 0;
      let latest = 0;
      const faulty = new FaultyLine(faults, this.fired, {
        pass: (bytes) => {
          const number = numbers.get(bytes) ?? latest;
          if (number < latest) this.overtaken++;
          latest = Math.max(latest, number);
          const where = to();
          if (where !== undefined && !this.#isCut) socket.send(bytes, where.port, where.address);
        },
        cut: () => this.cut(),
        end: () => undefined,
      });
      return (bytes) => {
        numbers.set(bytes, taken++);
        void faulty.take(bytes);
      };
    };
    return {
      toMirror: line(toMirror, this.#toMirror, () => this.#mirror),
      toHouse: line(toHouse, this.#toHouse, () => this.#house),
    };
  }
}

function candidateAt(socket: Socket): Candidate {
  return { foundation: '1', priority: 2_113_937_151, address: HOST, port: socket.address().port, type: 'host' };
}
