import { html } from 'lit';
import { msg } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import { downloadKit } from '../../state/download.ts';
import type { TemplateResult } from 'lit';
import type { FoundKit } from '../../jobs/find-kit.ts';

/** What is left to do for an owner whose kit came from their mirror: it must not be the only copy. */
export function keepKit({ kind, file }: FoundKit, { did, handle }: { readonly did: string; readonly handle?: string }): TemplateResult {
  return html`
    <section class="card stack" aria-labelledby="keep">
      <h2 id="keep">${msg('Keep the kit yourself, too')}</h2>
      <p class="note amber">${ICONS.warning}<span>${msg('The kit came from your mirror. If that is the only copy, the account hangs on the mirror.')}</span></p>
      ${kind === 'passphrase' ? html`
        <p>${msg('Save the sealed file outside this browser. Its passphrase is the one you have just typed.')}</p>
        <div class="row"><button class="primary" id="keep-file" @click=${() => downloadKit(file, handle ?? did)}>${ICONS.backup}${msg('Save the kit file')}</button></div>` : html`
        <p>${msg('The passkey opens the kit in this browser as well. If you have neither the file nor its passphrase any more, make a new kit: the passkey signs for it.')}</p>
        <div class="row"><a class="button primary" href="/kit/${did}">${ICONS.key}${msg('Make a new kit')}</a></div>`}
    </section>`;
}
