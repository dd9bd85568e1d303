import type { StoredEvent } from '../../mirroring/index.ts';

/** Those of the events that a reader gets at once, which are theirs alone: by number and by size, one at least. */
export function given(events: readonly StoredEvent[], { limit, bytes }: { readonly limit: number; readonly bytes: number }): StoredEvent[] {
  const found: StoredEvent[] = [];
  let total = 0;
  for (const event of events) {
    total += event.frame.length;
    if (found.length === limit || (found.length > 0 && total > bytes)) break;
    found.push({ ...event, frame: event.frame.slice() });
  }
  return found;
}
