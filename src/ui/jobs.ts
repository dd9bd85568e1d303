import jobsUrl from '../jobs/index.ts?worker&url';

// The part of Trusted Types that is used; the DOM types of TypeScript do not know them.
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };

const policy = trustedTypes?.createPolicy('holdfast', {
  createScriptURL(url) {
    if (url !== jobsUrl) throw new TypeError(`Not a script of Holdfast: ${url}`);
    return url;
  },
});

/** Starts the worker in which long jobs run. Whoever starts it ends it, by `terminate`. */
export function startJobs(): Worker {
  return new Worker(policy?.createScriptURL(jobsUrl) ?? jobsUrl, { type: 'module', name: 'holdfast jobs' });
}
