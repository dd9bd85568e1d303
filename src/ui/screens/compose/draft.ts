const KEY = 'holdfast.draft';

/** The text of the post that was begun in this tab. Pictures are not kept. */
export const keptDraft = (did: string): string => sessionStorage.getItem(`${KEY}.${did}`) ?? '';

/** Keeps the text until it is posted or the tab is closed; an empty one is forgotten. */
export function keepDraft(did: string, text: string): void {
  if (text === '') sessionStorage.removeItem(`${KEY}.${did}`);
  else sessionStorage.setItem(`${KEY}.${did}`, text);
}
