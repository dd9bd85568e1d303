import { html } from 'lit';
import { msg } from '../../i18n.ts';
import type { TemplateResult } from 'lit';

/** One thing that can go wrong, and what to do then, in order. */
export interface HelpTopic {
  readonly id: string;
  readonly title: () => string;
  readonly steps: () => readonly (string | TemplateResult)[];
}

export const HELP: readonly HelpTopic[] = [
  {
    id: 'record-lost',
    title: () => msg('I deleted or spoilt records by mistake'),
    steps: () => [
      msg(html`Look into <a href="/activity">Activity</a> first: each change that is kept there can be taken back.`),
      msg(html`What is too old for that comes back out of a saved file, in <a href="/backups/records">Bring single records back</a>. Choose the file; an encrypted one asks for its passphrase.`),
      msg('Choose whole collections, or open one and choose single records. One that differs is shown beside the one you have; yours stays unless you choose the other.'),
      msg('They come back at their own places, as new changes with your signature, and the network sees them again. All of it can be taken back.'),
    ],
  },
  {
    id: 'devices',
    title: () => msg('I want my account on two devices'),
    steps: () => [
      msg(html`<a href="/devices">Devices</a> says how to add one: with your kit, and a mirror at which both meet.`),
      msg('Both are whole: each has all your records, and you can write in each, also without a network. What you write offline goes out when that house meets the mirror again.'),
      msg('Usually you see in one what you wrote in the other within a second or two. If both have changed the same record meanwhile, nothing is lost: Home says so, and Devices shows you both versions.'),
      msg(html`A device that you do not use any more is locked out in <a href="/identity">Identity</a>. One that was stolen: see the page about that.`),
    ],
  },
  {
    id: 'backups',
    title: () => msg('I want backups that I can rely on'),
    steps: () => [
      msg(html`<a href="/backups">Backups</a> shows every copy of your account and what is missing. The rule is old and good: three copies, in two kinds of place, one of them not on this device.`),
      msg('Save a file, and keep it away from this device as well. If others could get at it, encrypt it: the passphrase is shown once, and without it nobody can open the file, you neither. It may be the one of your kit.'),
      msg('In browsers that can, choose a folder, best one that a service or another device copies. While a page of Holdfast is open, a backup is written there when something has changed, and read back; the oldest ones go.'),
      msg('Test a file now and then: two independent verifiers read all of it, and nothing is changed.'),
      msg('Outside Holdfast a backup is an ordinary zip, and an encrypted one opens with the program “age”.'),
    ],
  },
  {
    id: 'kit-lost',
    title: () => msg('The file of my kit is lost'),
    steps: () => [
      msg('As long as an account is in this browser, nothing is lost with the file. Do the next two steps before anything else happens.'),
      msg(html`Open the recovery kit in <a href="/settings">Settings</a> and make a new kit. Say that you do not have both.`),
      msg('Keep the new file and its passphrase. For 72 hours whoever finds the old kit, and has its passphrase, could undo this. After that it is worth nothing.'),
      msg('If no browser has the account any more and the kit is gone, nobody can bring it back: that is why Home reminds you of the kit.'),
    ],
  },
  {
    id: 'passphrase-lost',
    title: () => msg('The passphrase of my kit is lost'),
    steps: () => [
      msg('The file cannot be opened without it, by anybody. In this browser the account goes on as before.'),
      msg(html`Open the recovery kit in <a href="/settings">Settings</a> and make a new kit. Say that you do not have both.`),
      msg('Write the new passphrase down, or put it into a password manager, before you leave that page: it is shown once.'),
    ],
  },
  {
    id: 'only-the-passphrase',
    title: () => msg('Nothing is left but my passphrase, or my passkey'),
    steps: () => [
      msg(html`If you have put a sealed copy of the kit with your mirror, it is there. Choose <a href="/restore">Restore from a backup</a>, then “From my mirror”, and “I have only my passphrase or my passkey”. If that mirror is lost, give the address of a standby there: it has the copy, too.`),
      msg('Give the name or the DID of the account, and look at its mirror. Then the passphrase or the passkey opens the kit, here and nowhere else.'),
      msg('A passkey works only at the address of Holdfast at which it was made, on a device that has it.'),
      msg('Afterwards save the kit file outside the browser, or make a new kit: a copy at a mirror must not be the only one.'),
      msg(html`To have such a copy, open the recovery kit in <a href="/settings">Settings</a>, before anything happens.`),
    ],
  },
  {
    id: 'device-lost',
    title: () => msg('This browser or device is broken or gone'),
    steps: () => [
      msg('Open Holdfast on another device, at this address or at any other that serves it.'),
      msg(html`Choose <a href="/restore">Restore from a backup</a>. Give the kit, its passphrase, and either a saved file or your mirror.`),
      msg('Pair again with the mirror. What was written and never reached the mirror or a file is gone; everything else is back, with the same name and identity.'),
    ],
  },
  {
    id: 'only-the-kit',
    title: () => msg('Nothing is left but my kit: no file, no mirror, no browser'),
    steps: () => [
      msg('Look once more for a copy: a backup on another disk, another browser or device with the account, the mirror. Any of them brings everything back, and this way does not.'),
      msg(html`Choose <a href="/restore">Restore from a backup</a>, and there “I have none of these”. Give the kit and its passphrase. A mirror that still has a copy is noticed, and you are asked to restore from it.`),
      msg('Your identity and your name are saved, and with them the followers and lists that name you. Posts, pictures, likes, follows and settings are lost: the account begins empty, with a new key.'),
      msg('Keep the new kit, pair with a mirror, and save a backup from time to time.'),
    ],
  },
  {
    id: 'device-stolen',
    title: () => msg('A device with my account was stolen'),
    steps: () => [
      msg(html`On another device, <a href="/restore">restore the account</a> from the kit and your mirror, and pair again.`),
      msg('There, open the recovery kit and make a new kit, with the old one at hand: then nobody can undo it.'),
      msg('Within a minute the mirror takes nothing more from the stolen device, and the network no longer believes its key. What the device holds can still be read there: records are public anyway, and the keys in it cannot be copied out.'),
    ],
  },
  {
    id: 'storage-cleared',
    title: () => msg('The browser has cleared what was stored'),
    steps: () => [
      msg('Browsers clear the storage of sites when the disk is full, or when somebody clears site data. Where this browser still remembers that an account was here, the first page says so.'),
      msg(html`Choose <a href="/restore">Restore from a backup</a>. Give the kit, its passphrase, and either a saved file or your mirror.`),
      msg(html`Afterwards ask the browser to keep the storage, in <a href="/storage">Storage</a>. Installed as an app, it is kept in most browsers.`),
    ],
  },
  {
    id: 'host-gone',
    title: () => msg('The site that serves these pages is gone'),
    steps: () => [
      msg('Where Holdfast was opened before, it opens from what the browser keeps, and everything works on. Updates no longer come.'),
      msg(html`Save the records to a file in <a href="/backups">Backups</a>, and look that you hold the kit.`),
      msg('Open Holdfast at another address, or put its pages on a site of your own, and restore there from the kit and the file, or the mirror. The account is the same: it does not belong to the site.'),
    ],
  },
  {
    id: 'mirror-gone',
    title: () => msg('My mirror is gone, or I do not trust it any more'),
    steps: () => [
      msg('Your records are here; the mirror has a copy and no key. Until there is another one, others cannot read what you write.'),
      msg(html`If you have a standby, press “Make it the mirror” beside it in <a href="/mirror">Mirror</a>. It has your records and pictures already.`),
      msg(html`If you have none, pair with another in <a href="/mirror">Mirror</a>: it is handed everything, and the identity then names the new one. A name under the old mirror's domain ends with it.`),
    ],
  },
  {
    id: 'identity-changed',
    title: () => msg('Somebody has changed my identity'),
    steps: () => [
      msg(html`Look at <a href="/identity">Identity</a>: it lists every change, and which key signed it.`),
      msg('What was not signed by the kit can be undone with the kit, for 72 hours. Do that, and then make a new kit.'),
      msg(html`Your mirror watches too, about once an hour, also when no page is open. Choose under <a href="/mirror">Mirror</a> how it tells you then; otherwise you hear of it when you open a page.`),
    ],
  },
];
