/** A browser that tests can drive, or the reason why there is none. */
export type Found =
  | { readonly path: string; readonly miniBrowser?: string; readonly xvfbRun?: string }
  | { readonly path?: never; readonly reason: string };

export function findBrowsers(): Readonly<Record<'chromium' | 'firefox' | 'webkit', Found>>;
