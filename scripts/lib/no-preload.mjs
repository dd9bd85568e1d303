// For vite, the service worker alone. Around every `import()` vite puts code that has a document load styles and modules ahead;
// a worker has no document.

const HELPER = '\0vite/preload-helper.js';

/** Leaves that code out. A new name of it brings the size back, which the budget tells. */
export function noPreload() {
  return {
    name: 'holdfast:no-preload',
    enforce: 'pre',
    load(id) {
      return id === HELPER ? { code: 'export const __vitePreload = (load) => load();', moduleSideEffects: false } : undefined;
    },
  };
}
