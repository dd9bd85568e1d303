/** Hosts that give strangers a path each under one origin: whoever has another path could use the keys. */
const SHARED_HOSTS = [/^[^.]+\.github\.io$/, /^[^.]+\.gitlab\.io$/, /^(?:storage|sites)\.googleapis\.com$/, /\.s3[.-][a-z0-9-]*\.?amazonaws\.com$/];

/** Whether strangers have pages on the origin of this address. */
export const isShared = ({ hostname, pathname }: { readonly hostname: string; readonly pathname: string }): boolean =>
  SHARED_HOSTS.some((host) => host.test(hostname)) || /^\/~[^/]+/.test(pathname);
