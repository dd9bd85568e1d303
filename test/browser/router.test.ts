import { atPath, matchRoute, navigate, Router } from '../../src/ui/router.ts';
import { ROUTES } from '../../src/ui/routes.ts';
import { equal, ok } from './assert.ts';
import type { ReactiveController } from 'lit';

const found = (path: string): string => {
  const match = matchRoute(ROUTES, path);
  return match === undefined ? 'nothing' : `${match.route.tag} ${JSON.stringify(match.params)}`;
};

describe('routes', () => {
  it('know every address of the app, and what it names', () => {
    equal(found('/'), 'holdfast-home {}');
    equal(found('/welcome'), 'holdfast-welcome {}');
    equal(found('/kit/did:plc:abc'), 'holdfast-kit {"did":"did:plc:abc"}');
    equal(found('/at/did:plc:abc'), 'holdfast-records {"did":"did:plc:abc"}');
    equal(found('/at/did:plc:abc/app.bsky.feed.post'), 'holdfast-records {"did":"did:plc:abc","collection":"app.bsky.feed.post"}');
    equal(found('/at/did:plc:abc/app.bsky.feed.post/3k2a'),
      'holdfast-records {"did":"did:plc:abc","collection":"app.bsky.feed.post","rkey":"3k2a"}');
    for (const name of ['compose', 'profile', 'backups', 'restore', 'settings', 'activity']) equal(found(`/${name}`), `holdfast-${name} {}`);
  });

  it('take a slash at the end, and refuse what is not an address of the app', () => {
    equal(found('/settings/'), 'holdfast-settings {}');
    for (const path of ['/no-such-page', '/settings/more', '/kit', '/at', '/at/a/b/c/d', '/kit/%E0%A4%A']) equal(found(path), 'nothing');
  });

  it('give back what an address was made from', () => {
    for (const parts of [['did:plc:abc'], ['did:web:a.test%3A80', 'x.y.z'], ['did:plc:abc', 'x.y.z', 'a~b_c:d.e-f']] as const) {
      const path = atPath(...(parts as unknown as [string, string?, string?]));
      const { did, collection, rkey } = matchRoute(ROUTES, path)?.params ?? {};
      equal([did, collection, rkey].filter((part) => part !== undefined).join(' '), parts.join(' '));
    }
  });

  it('have a title and an element for each', () => {
    for (const { title, tag } of ROUTES) {
      ok(title({ did: 'did:plc:abc', collection: 'a.b.c', rkey: 'self' }).length > 3, tag);
      ok(/^holdfast(?:-[a-z]+)+$/.test(tag), tag);
    }
  });
});

describe('the router', () => {
  const start = location.href;
  let updates = 0;
  let controller: ReactiveController | undefined;
  const host = {
    addController: (added: ReactiveController) => (controller = added),
    removeController: () => undefined,
    requestUpdate: () => void updates++,
    updateComplete: Promise.resolve(true),
  };
  let router: Router;

  beforeEach(() => {
    updates = 0;
    router = new Router(host);
    controller?.hostConnected?.();
  });

  afterEach(() => {
    controller?.hostDisconnected?.();
    document.querySelector('#links')?.remove();
    history.replaceState(null, '', start);
  });

  /** A link inside a shadow root, as screens have them; it never leaves the page of the test. */
  function press(attributes: Readonly<Record<string, string>>, init: MouseEventInit = {}): boolean {
    const host = document.createElement('div');
    host.id = 'links';
    const link = document.createElement('a');
    for (const [name, value] of Object.entries(attributes)) link.setAttribute(name, value);
    host.attachShadow({ mode: 'open' }).append(link);
    document.body.append(host);
    let taken = false;
    // After the router, which listens at the document.
    const last = (event: Event): void => {
      taken = event.defaultPrevented;
      event.preventDefault();
    };
    window.addEventListener('click', last, { once: true });
    link.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, cancelable: true, button: 0, ...init }));
    host.remove();
    return taken;
  }

  it('follows links of the app without loading a page', () => {
    equal(press({ href: '/settings?x=1' }), true);
    equal(location.pathname + location.search, '/settings?x=1');
    equal(updates, 1);
    equal(router.moved, true);
  });

  it('leaves to the browser what is not a plain click on a page of the app', () => {
    equal(press({ href: 'https://elsewhere.example/' }), false);
    equal(press({ href: '/x', target: '_blank' }), false);
    equal(press({ href: '/x', download: '' }), false);
    equal(press({ href: '#main' }), false);
    equal(press({ href: '/xrpc/com.atproto.sync.getBlob' }), false);
    equal(press({ href: '/x' }, { ctrlKey: true }), false);
    equal(press({ href: '/x' }, { metaKey: true }), false);
    equal(press({ href: '/x' }, { button: 1 }), false);
    equal(updates, 0);
  });

  it('hears of `navigate` and of the browser’s own buttons', async () => {
    navigate('/backups');
    equal(location.pathname, '/backups');
    equal(updates, 1);
    const popped = new Promise((resolve) => window.addEventListener('popstate', resolve, { once: true }));
    history.back();
    await popped;
    equal(updates, 2);
    navigate('/activity', { replace: true });
    equal(location.pathname, '/activity');
  });
});
