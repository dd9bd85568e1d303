import { isHandle, shortDigest } from '../protocol/index.ts';

/** What one is told, in words; `{name}` in them is who it is about. */
export interface Words {
  readonly title: string;
  readonly text: string;
}

/** What a page tells the worker that it has let be woken: by which mirror and for whom, and what is to be said then. */
export interface Waking {
  readonly did: string;
  /** The origin of the mirror. */
  readonly mirror: string;
  /** What that mirror shows to push services, in base64url. */
  readonly key: string;
  /** What the mirror knows this browser by. */
  readonly id: string;
  /** What the owner knows it by. */
  readonly name: string;
  readonly lang: string;
  /** By kind; `other` is for those that are not known. In the language of the page. */
  readonly words: Readonly<Record<string, Words>>;
}

/** A notification, as it is shown. */
export interface Notice {
  readonly title: string;
  readonly options: { readonly body: string; readonly tag: string; readonly lang: string; readonly icon: string; readonly data: Place };
}

/** Where a notification leads when it is clicked. */
export interface Place {
  readonly path: '/identity' | '/mirror';
  readonly did: string | undefined;
}

const MOST_TEXT = 2_000;
const MOST_WORDS = 32;
/** Where nothing is known any more: something has to be shown all the same. */
const PLAIN: Words = { title: 'Your mirror has something to tell you', text: 'Open Holdfast to see what it is.' };

/** What a page said; undefined for what is none of ours. */
export function readWaking(data: unknown): Waking | undefined {
  if (typeof data !== 'object' || data === null || !('waking' in data)) return undefined;
  const { did, mirror, key, id, name, lang, words } = data.waking as Partial<Record<keyof Waking, unknown>>;
  if (!isText(did) || !isText(mirror) || !isText(key) || !isText(id) || !isText(name) || !isText(lang) || typeof words !== 'object' || words === null) return undefined;
  const all = Object.entries(words as Readonly<Record<string, Partial<Words> | null>>);
  const known = all.flatMap(([kind, one]) => (isText(one?.title) && isText(one.text) ? [[kind, { title: one.title, text: one.text }] as const] : []));
  return all.length > MOST_WORDS || known.length < all.length ? undefined : { did, mirror, key, id, name, lang, words: Object.fromEntries(known) };
}

/** What is shown of a message, whatever it is. @param message as it was pushed: JSON with `kind`, `did`, `handle` and `id` */
export async function noticeOf(message: string | undefined, waking: Waking | undefined): Promise<Notice> {
  const { kind, did, handle, id } = partsOf(message);
  const isAbout = waking !== undefined && did === waking.did;
  const words = isAbout ? waking.words : {};
  const { title, text: body } = (isText(kind) && Object.hasOwn(words, kind) ? words[kind] : words['other']) ?? PLAIN;
  const who = isText(handle) && isHandle(handle) ? `@${handle}` : waking?.did ?? '';
  const named = (text: string): string => text.replaceAll('{name}', () => who);
  return {
    title: named(title),
    options: {
      // What is told twice is shown once.
      body: named(body), tag: await shortDigest(isText(id) ? id : ''), lang: isAbout ? waking.lang : 'en', icon: '/icon.svg',
      data: { path: kind === 'operation' ? '/identity' : '/mirror', did: isAbout ? waking.did : undefined },
    },
  };
}

function partsOf(text = ''): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed as Readonly<Record<string, unknown>> : {};
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_TEXT;
}
