// Every state of every page under axe, and everything by keyboard.
import { runPageTests } from '../lib/browser-tests.mjs';

export const name = 'Accessibility: axe on every state, light and dark, phone and desktop; keyboard';

export function run() {
  return runPageTests('accessibility tests', 'test/accessibility/**/*.test.ts');
}
