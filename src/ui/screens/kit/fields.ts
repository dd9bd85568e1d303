import { html, nothing } from 'lit';
import { msg } from '../../i18n.ts';
import { ICONS } from '../../icons.ts';
import type { TemplateResult } from 'lit';
import type { PasskeyController } from '../../state/passkey.ts';

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

/** What was chosen and typed in a form with both fields, or what is missing, in a sentence. */
export function givenKit(form: HTMLFormElement | null): { readonly kit: File; readonly passphrase: string } | string {
  const data = new FormData(form ?? undefined);
  const [file, passphrase] = [data.get('file'), String(data.get('passphrase') ?? '').trim()];
  if (!(file instanceof File) || file.size === 0) return msg('Choose the kit file first.');
  return passphrase === '' ? msg('Type the passphrase.') : { kit: file, passphrase };
}

/** The other way to open the kit, where this house has a copy under a passkey. */
export const passkeyButton = ({ copy }: Pick<PasskeyController, 'copy'>, busy: boolean, use: () => void): TemplateResult | typeof nothing => (
  copy === undefined ? nothing : html`
    <button id="with-passkey" type="button" aria-disabled=${busy ? 'true' : 'false'} @click=${use}>${ICONS.key}${msg('Use my passkey instead')}</button>`);

/** Why a kit was not opened, in words for its owner. */
export function wrongWords({ code, message }: { readonly code: string; readonly message: string }, isByPasskey = false): string {
  if (isByPasskey && code === 'KitPassphrase') {
    return msg('The passkey that answered does not open the copy. Nothing was changed; use the kit file and its passphrase.');
  }
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
