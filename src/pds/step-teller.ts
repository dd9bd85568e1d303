import type { Announce, CreationStep, PairingStep } from './ports/events.ts';

/** What runs a step of a call and tells the feed of it, under the call's request id; tells nothing where there is none. */
export function stepTeller(feed: { readonly announce: Announce }, request: string | undefined) {
  return async <Result>(step: CreationStep | PairingStep, work: () => Promise<Result>): Promise<Result> => {
    if (request === undefined) return work();
    feed.announce({ type: 'step', request, step, state: 'running' });
    const start = performance.now();
    const result = await work();
    feed.announce({ type: 'step', request, step, state: 'done', ms: Math.round(performance.now() - start) });
    return result;
  };
}
