import { HoldfastApp } from './app-shell.ts';
import { currentLocale, startLocale } from './i18n.ts';
import { showTheme } from './state/appearance.ts';
import { noteInvited } from './state/invited.ts';
import { noteNotified } from './state/notified.ts';
import { startRecorder } from './state/outgoing.ts';

startRecorder();
showTheme();
noteInvited();
noteNotified();
// Texts are made when elements are drawn: none is, before its locale is there.
await startLocale();
document.documentElement.lang = currentLocale();
customElements.define('holdfast-app', HoldfastApp);
