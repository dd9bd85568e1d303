import { html } from 'lit';
import { msg, str } from '../i18n.ts';
import { hostOf } from './mirror-words.ts';
import type { TemplateResult } from 'lit';
import type { WebCheck } from '../jobs/identity.ts';

type Finding = NonNullable<WebCheck['findings']>[number];

/** The domain in what somebody typed or pasted, which may be none. */
export function domainOf(typed: string): string {
  return typed.trim().replace(/^did:web:|^@|^https?:\/\//, '').replace(/\/.*$/, '').toLowerCase();
}

/** What is wrong with the document that a domain serves, and what to do about it. */
export function findingWords({ fault, found = '' }: Finding): string | TemplateResult {
  switch (fault) {
    case 'unreachable':
      return msg('Nobody answers at this address. Look whether the domain leads to your web server, and whether that has a valid certificate for https.');
    case 'unreadable':
      return msg('A server answers, but does not let pages of other sites read the document, or leads elsewhere. Send the header Access-Control-Allow-Origin: * with it, and no redirect.');
    case 'status':
      return msg(str`The server answers with the status ${found}. It has to be 200: put the document at exactly this address.`);
    case 'too-large':
      return msg('The answer is longer than 64 kB, which readers of the network do not take.');
    case 'content-type':
      return found === '' ? msg('The server does not say of what type the document is. Send the header Content-Type: application/json with it.')
        : msg(html`The server says that the document is of the type <span class="mono">${found}</span>. Send the header Content-Type: application/json with it.`);
    case 'no-json':
      return msg('What is there is not JSON. Publish the document as it is shown here, to the last bracket.');
    case 'form':
      return msg('What is there is JSON, and no document of a DID. Publish the document as it is shown here.');
    case 'other-did':
      return msg('The document is of another DID: its “id” is not the one of this domain.');
    case 'no-key':
      return msg('The document names no key. Without one nobody can verify your records.');
    case 'bad-key':
      return msg('The key in the document cannot be read. Publish it as it is shown here.');
    case 'other-key':
      return msg('The document names another key than the one that signs your records here. A new kit brings a new key: publish the document anew then.');
    case 'no-server':
      return msg('The document names no mirror, so nobody knows where your records are.');
    case 'bad-server':
      return msg('The mirror in the document is no address of a server.');
    case 'other-server':
      return msg(str`The document names the server ${hostOf(found)}, and not your mirror. After moving, publish it anew.`);
    case 'no-handle':
      return msg('The document names no handle, so apps show none.');
    case 'handle-unproven':
      return msg('The domain does not lead back to your DID yet, so apps do not show it as your name. How it does is said below.');
    case 'other-handle':
      return msg(str`The document names the handle ${found}.`);
  }
}

/** What somebody has to know before they rely on a domain, one sentence or two each. */
export function limitWords(): readonly string[] {
  return [
    msg('Whoever can change the document, or takes the domain over, is you. The recovery kit brings your records back, but no key of yours can undo that, not even within 72 hours.'),
    msg('There is no log: nobody can see later what the document said before, and nothing here can warn you of a change.'),
    msg('If the domain is lost or not paid for, the identity is lost for good, with everybody who follows it.'),
    msg('While the web server is down, apps may not find you, and your mirror can take nothing new.'),
    msg('It cannot become a DID of the public directory later: that is another identity.'),
  ];
}
