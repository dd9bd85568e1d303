// The bridge of a house in Node: what a page that leads does, without a page.
import { talksOver } from '../../src/bridge/talk.ts';
import { StandbyCalls } from '../../src/bridge/standby-calls.ts';
import { Talks } from '../../src/bridge/talks.ts';
import type { HouseCalls } from '../../src/bridge/house-calls.ts';
import type { HouseNews } from '../../src/bridge/start-bridge.ts';
import type { PdsHouse } from './pds-house.ts';


/** The house, called as by a page of its own. */
export function callsOf(house: PdsHouse): HouseCalls {
  const ask = async (nsid: string, init: Parameters<PdsHouse['fetch']>[1]): Promise<Response> => {
    const response = await house.fetch(nsid, init);
    if (!response.ok) throw new Error(`${nsid} answered ${response.status}: ${await response.text()}`);
    return response;
  };
  const read = (response: Response): Promise<unknown> => (
    response.headers.get('content-type')?.startsWith('application/json') === true ? response.json() : Promise.resolve(response));
  return {
    get: async (nsid, params) => read(await ask(nsid, { query: textsOf(params) })) as never,
    post: async (nsid, input) => read(await ask(nsid, {
      method: 'POST', headers: { 'content-type': 'application/json', 'holdfast-request-id': crypto.randomUUID() }, body: JSON.stringify(input),
    })) as never,
    send: async (nsid, params, car) => read(await ask(nsid, {
      method: 'POST', query: textsOf(params), headers: { 'content-type': 'application/vnd.ipld.car', 'holdfast-request-id': crypto.randomUUID() }, body: car,
    })),
    upload: async (did, bytes, mimeType) => read(await ask('com.atproto.repo.uploadBlob', {
      method: 'POST', headers: { 'content-type': mimeType, 'holdfast-account': did, 'holdfast-request-id': crypto.randomUUID() }, body: bytes,
    })),
  };
}

function textsOf(params: object): Record<string, string> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]));
}

/**
 * Carries what is signed in the house to its mirrors, until the function that it returns is called.
 * @param onDoubt a mirror gives reason to look at a DID
 */
export function startBridgeOf(house: PdsHouse, onDoubt?: (did: string) => void): () => void {
  const calls = callsOf(house);
  const talks = new Talks(calls, talksOver(calls), () => undefined, onDoubt);
  const standbys = new StandbyCalls(calls);
  const end = new AbortController();
  void listen(house, end.signal, (news) => {
    const { type, did, outgoing } = news;
    standbys.hear(news);
    if (type === 'commit' && did !== undefined) talks.wake(did, outgoing);
    if (type === 'mirrors' || type === 'accounts' || type === 'hello') void talks.refresh(did);
    if (type === 'hello') talks.wakeAll();
  });
  return () => {
    end.abort();
    standbys.end();
    talks.end();
  };
}

async function listen(house: PdsHouse, signal: AbortSignal, tell: (news: HouseNews) => void): Promise<void> {
  const { body } = await house.fetch('app.holdfast.events.subscribe');
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  signal.addEventListener('abort', () => void reader.cancel());
  let text = '';
  for (let part = await reader.read(); part.done === false && !signal.aborted; part = await reader.read()) {
    const lines = (text + part.value).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) tell(JSON.parse(line) as HouseNews);
  }
}
