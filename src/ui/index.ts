import { HoldfastShell } from './shell.ts';
import { SelfCheckPanel } from './self-check-panel.ts';

customElements.define('holdfast-self-check', SelfCheckPanel);
customElements.define('holdfast-shell', HoldfastShell);
