import { html } from 'lit';
import { msg } from '../../i18n.ts';
import type { TemplateResult } from 'lit';

/** Where the owner gives back the file they kept. */
export const fileField = (): TemplateResult => html`
  <div class="field">
    <label for="file">${msg('The kit file')}</label>
    <input id="file" name="file" type="file" accept=".age,.txt,text/plain" aria-describedby="wrong" />
  </div>`;

/** Where the owner types the whole passphrase; pasting and password managers are welcome. */
export const passphraseField = (): TemplateResult => html`
  <div class="field">
    <label for="passphrase">${msg('The passphrase')}</label>
    <input id="passphrase" name="passphrase" class="mono" autocomplete="current-password" autocapitalize="characters"
      spellcheck="false" maxlength="128" aria-describedby="wrong" />
  </div>`;

/** Why a kit was not opened, in words for its owner. */
export function wrongWords({ code, message }: { readonly code: string; readonly message: string }): string {
  switch (code) {
    case 'KitPassphrase':
      return msg('This passphrase does not open the kit. Nothing was changed; look at what you wrote down and try again.');
    case 'KitDamaged':
      return msg('This file is not a whole kit. Nothing was changed; choose another copy.');
    case 'KitOfAnother':
      return msg('This kit belongs to another account. Nothing was changed.');
    default:
      return message;
  }
}
