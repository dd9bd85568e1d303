import type { Fetch } from '../../src/identity/index.ts';

/** Where a fault comes: before the other side hears of the call, or after it has done what was asked. */
export type FaultPlace = 'before' | 'after';

/** A network of hosts that are functions, on which any call can be made to fail. */
export class FakeNetwork {
  readonly #hosts = new Map<string, (request: Request, path: string) => Promise<Response>>();
  /** Every call, as `POST mirror.test app.holdfast.mirror.enroll`. */
  readonly calls: string[] = [];
  /** What fakes threw that they did not mean to. */
  readonly mistakes: unknown[] = [];
  /** Whether this call fails. */
  fault: (call: string, place: FaultPlace) => boolean = () => false;

  add(origin: string, answer: (request: Request, path: string) => Promise<Response>): void {
    this.#hosts.set(origin, answer);
  }

  remove(origin: string): void {
    this.#hosts.delete(origin);
  }

  readonly fetch: Fetch;

  constructor() {
    const answer: Fetch = (input, init) => this.#answer(input, init);
    // As that of a browser, it is no method of whoever calls it.
    this.fetch = async function (this: unknown, ...given) {
      if (this !== undefined && !(this instanceof FakeNetwork)) throw new TypeError('Illegal invocation');
      return answer(...given);
    };
  }

  async #answer(...[input, init]: Parameters<Fetch>): Promise<Response> {
    const request = new Request(input, { ...init, signal: null });
    const { origin, host, pathname } = new URL(request.url);
    const path = pathname.replace('/xrpc/', '/').slice(1);
    const call = `${request.method} ${host} ${path.replace(/did:plc:\w+/, 'did')}`;
    this.calls.push(call);
    const answer = this.#hosts.get(origin);
    if (answer === undefined || this.fault(call, 'before')) throw new TypeError('fetch failed');
    const response = await answer(request, path).catch((error: unknown) => {
      // A fake that is wrong must not look like a network that is.
      this.mistakes.push(error);
      throw error;
    });
    if (this.fault(call, 'after')) throw new TypeError('fetch failed');
    return response;
  }

  /** The calls since this was last asked for. */
  take(): readonly string[] {
    return this.calls.splice(0);
  }
}
