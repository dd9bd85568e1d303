// Small choices of the pages, in this browser. A browser that refuses to keep them is no reason to show nothing.

/** What was kept under the key; null if nothing was, or the browser refuses. */
export function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a text, or forgets it if there is none. */
export function keep(key: string, text: string | undefined): void {
  try {
    if (text === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // The choice holds until the page is left.
  }
}
