import jobsUrl from '../../jobs/index.ts?worker&url';

/** The service worker: the server of the house. The build puts it at the root, so that the whole origin is its own. */
export const WORKER_URL = '/sw.js';
export const JOBS_URL: string = jobsUrl;

// The part of Trusted Types that is used; the DOM types of TypeScript do not know them.
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };

const policy = trustedTypes?.createPolicy('holdfast', {
  createScriptURL(url) {
    if (url !== JOBS_URL && url !== WORKER_URL) throw new TypeError(`Not a script of Holdfast: ${url}`);
    return url;
  },
});

/** The address of a script of ours, as the policy of the pages wants it. @throws TypeError for any other */
export const scriptUrl = (url: string): string => policy?.createScriptURL(url) ?? url;
