import { createHash } from 'node:crypto';
import { Html, html } from './html.ts';
import type { Piece } from './html.ts';

const STYLE = `
:root { color-scheme: light dark; --paper: light-dark(#faf9f6, #14171d); --card: light-dark(#fff, #1d2129); --line: light-dark(#dcdad4, #3a404b);
  --ink: light-dark(#20242b, #e8eaee); --soft: light-dark(#565c66, #b0b6c0); --accent: light-dark(#2356a8, #8db4f5); --on-accent: light-dark(#fff, #14171d);
  --bad: light-dark(#a3271c, #f2a097); --amber: light-dark(#7a4a00, #f0c27a); --good: light-dark(#1d6b43, #8fd6ae); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header, main { max-width: 64rem; margin: 0 auto; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; }
header strong { margin-inline-end: auto; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
a { color: var(--accent); display: inline-block; min-height: 2.75rem; padding-block: .6rem; }
p a, td a, li a, dd a { display: inline; min-height: 0; padding: 0; overflow-wrap: anywhere; }
a[aria-current] { color: var(--ink); font-weight: 650; text-decoration: none; }
h1 { font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 0 0 .75rem; }
section, form.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem; margin-block: 1rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .4rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; min-width: 36rem; } th, td { text-align: start; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; } th { color: var(--soft); font-weight: 500; }
code.big { font-size: 1.5rem; letter-spacing: .05em; } label.check { display: flex; gap: .5rem; align-items: center; min-height: 2.75rem; } label.check input { width: 1.25rem; min-height: 1.25rem; margin: 0; }
label { display: block; font-weight: 600; margin-block: .75rem .25rem; } .hint { color: var(--soft); font-size: .875rem; }
input, select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 8px; padding: .5rem .75rem; min-height: 2.75rem; width: 100%; max-width: 28rem; }
button { white-space: nowrap; overflow-wrap: normal; font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1rem; border-radius: 8px; border: 1px solid var(--accent); background: transparent; color: var(--accent); cursor: pointer; }
button.primary { background: var(--accent); color: var(--on-accent); } button.danger { border-color: var(--bad); color: var(--bad); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; margin-block: 1rem 0; align-items: end; }
summary { cursor: pointer; min-height: 2.75rem; padding-block: .6rem; color: var(--accent); } code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
figure.code { margin: 0; max-width: 14rem; background: #fff; padding: .5rem; border-radius: 8px; } figure.code svg { display: block; width: 100%; height: auto; }
.bad { color: var(--bad); } .amber { color: var(--amber); } .good { color: var(--good); } .soft { color: var(--soft); }
input + .hint { margin-block-start: .35rem; } details form { margin-block-end: 1rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-block-end: .6rem; } nav { column-gap: .6rem; }
  table { min-width: 0; } table, tbody, tr, th, td { display: block; } tr { padding-block: .5rem; border-bottom: 1px solid var(--line); } tbody th, td { border: 0; padding: .15rem 0; } td:empty { display: none; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } td[data-name]::before { content: attr(data-name) ": "; color: var(--soft); } td form { margin-block-start: .5rem; } }
`;

/** Of pages: nothing runs, nothing is fetched, and forms go nowhere else. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

/** Without a referrer, a browser says of its forms that they come from nowhere, and they are refused. */
const SAYS_WHO = { 'referrer-policy': 'same-origin' };

/** What a page is made of. */
export interface Page {
  readonly title: string;
  /** Of the mirror. */
  readonly host: string;
  readonly body: Piece;
  /** What has just been done, or why it was not. */
  readonly said?: { readonly tone: 'good' | 'bad'; readonly words: string } | undefined;
  /** Where the operator is; left out where nobody has signed in. */
  readonly at?: '/' | '/accounts' | '/invitations' | '/relays';
}

const PLACES = [['/', 'Overview'], ['/accounts', 'Accounts'], ['/invitations', 'Invitations'], ['/relays', 'Relays']] as const;

/** A whole page. */
export function layout({ title, host, body, said, at }: Page, status = 200): Response {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · ${host}</title><style>${new Html(STYLE)}</style></head>
<body><header><strong>${host}</strong>${at === undefined ? undefined : html`
<nav aria-label="Pages">${PLACES.map(([place, name]) => html`<a href="${place}"${place === at ? new Html(' aria-current="page"') : undefined}>${name}</a> `)}</nav>
<form method="post" action="/sign-out"><button>Sign out</button></form>`}</header>
<main><h1>${title}</h1>${said === undefined ? undefined : html`<p role="status" class="${said.tone}">${said.words}</p>`}${body}</main></body></html>`;
  return new Response(page.text, { status, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY, ...SAYS_WHO } });
}
