import type { House } from '../house.ts';
import { describeMirror } from './mirror-client.ts';
import type { MirrorDescription } from './mirror-client.ts';
import { MirrorError } from './mirror-error.ts';
import { mirrorOrigin } from './mirror-url.ts';

/** A mirror by one of its host names. */
export interface MirrorPlace {
  /** Its origin. */
  readonly url: string;
  readonly described: MirrorDescription;
}

/**
 * The mirror by the name under which it has put an account, which may be another than it was asked by. Whoever is there has the same key:
 * a mirror leads nowhere but to itself.
 * @param told what it said of that; an older one has one name, and says nothing
 * @throws MirrorError InvalidMirror, MixedContent, MirrorUnreachable
 */
export async function placeOf({ fetch, now }: Pick<House, 'fetch' | 'now'>, asked: MirrorPlace, told: string | undefined): Promise<MirrorPlace> {
  if (told === undefined || told === asked.url) return asked;
  const url = mirrorOrigin(told, asked.url);
  const isLedAstray = new URL(url).protocol !== new URL(asked.url).protocol;
  const described = isLedAstray ? undefined : await describeMirror(fetch, url, now);
  if (described !== undefined && described.key === asked.described.key) return { url, described };
  throw new MirrorError('InvalidMirror', `Your data here is safe. This mirror sends your account to ${url}, which is not the same mirror. Nothing was changed here.`);
}
