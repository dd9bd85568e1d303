import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What the parts of an address that a pattern names were, decoded. */
export type Params = Readonly<Record<string, string>>;

/** One screen: the addresses it answers (`/at/:did`), its element, how to load that, and the title of the page. */
export interface Route {
  readonly pattern: string;
  readonly tag: string;
  readonly load: () => Promise<unknown>;
  readonly title: (params: Params) => string;
  /** Whether it has anything to show in a house without accounts. If not, Welcome is shown. */
  readonly needsAccount: boolean;
}

/** A screen and what its address says. */
export interface Match {
  readonly route: Route;
  readonly params: Params;
}

/** The first route that fits the path, or undefined. A trailing slash does not matter. */
export function matchRoute(routes: readonly Route[], path: string): Match | undefined {
  const parts = split(path);
  for (const route of routes) {
    const names = split(route.pattern);
    if (names.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = names.every((name, index) => {
      const part = decode(parts[index] ?? '');
      if (part === undefined) return false;
      if (!name.startsWith(':')) return name === part;
      params[name.slice(1)] = part;
      return true;
    });
    if (fits) return { route, params };
  }
  return undefined;
}

const split = (path: string): string[] => path.split('/').filter((part) => part !== '');

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** The address of a record, a collection or an account: colons stay as they are. */
export function atPath(did: string, collection?: string, rkey?: string): string {
  const parts = [did, collection, rkey].filter((part) => part !== undefined);
  return `/at/${parts.map((part) => encodeURIComponent(part).replaceAll('%3A', ':')).join('/')}`;
}

const NAVIGATED = 'holdfast-navigated';

/** Goes to a path of this app. `replace`: the back button does not come here again. */
export function navigate(path: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  window.dispatchEvent(new Event(NAVIGATED));
}

/** Follows the address: clicks on links of this app, `navigate`, and the browser's own buttons. */
export class Router implements ReactiveController {
  #host: ReactiveControllerHost;
  /** Whether the address has changed since the page was loaded; the first screen takes no focus. */
  moved = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener('popstate', this.#changed);
    window.addEventListener(NAVIGATED, this.#changed);
    document.addEventListener('click', this.#click);
  }

  hostDisconnected(): void {
    window.removeEventListener('popstate', this.#changed);
    window.removeEventListener(NAVIGATED, this.#changed);
    document.removeEventListener('click', this.#click);
  }

  #changed = (): void => {
    this.moved = true;
    this.#host.requestUpdate();
  };

  #click = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (link === undefined || link.origin !== location.origin || link.target !== '' || link.hasAttribute('download')) return;
    // A place on this page, and what is not a page.
    if (link.hash !== '' || link.pathname.startsWith('/xrpc/')) return;
    event.preventDefault();
    if (link.href !== location.href) navigate(link.pathname + link.search);
  };
}
