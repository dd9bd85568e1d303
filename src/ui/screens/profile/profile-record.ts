import type { JsonMap, JsonValue } from '../../../protocol/index.ts';

/** What the lexicon allows: characters as a reader counts them. */
export const MOST_NAME = 64;
export const MOST_DESCRIPTION = 256;

/** What the profile editor changes. A picture is a blob; `undefined` takes it away. */
export interface ProfileFields {
  readonly displayName: string;
  readonly description: string;
  readonly avatar: JsonValue | undefined;
  readonly banner: JsonValue | undefined;
}

/** The profile with these fields; everything else that the record says stays. An empty text is left out. */
export function withFields(existing: JsonMap | undefined, { displayName, description, avatar, banner }: ProfileFields, now: string): JsonMap {
  const { displayName: _name, description: _description, avatar: _avatar, banner: _banner, ...others } = existing ?? { createdAt: now };
  return {
    ...others,
    $type: 'app.bsky.actor.profile',
    ...(displayName !== '' && { displayName }),
    ...(description !== '' && { description }),
    ...(avatar !== undefined && { avatar }),
    ...(banner !== undefined && { banner }),
  };
}
