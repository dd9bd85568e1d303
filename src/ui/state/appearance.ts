import { keep, kept } from './keep.ts';

const KEY = 'holdfast.theme';
const THEMES = ['system', 'light', 'dark'] as const;

/** Light or dark, or as the system says. */
export type Theme = (typeof THEMES)[number];

/** What the owner chose; `system` if nothing. */
export function chosenTheme(): Theme {
  const choice = kept(KEY);
  return THEMES.find((theme) => theme === choice) ?? 'system';
}

/** Keeps the choice in this browser and shows it at once. */
export function chooseTheme(theme: Theme): void {
  keep(KEY, theme === 'system' ? undefined : theme);
  showTheme(theme);
}

/** Shows the page as chosen; to be called before anything is drawn. */
export function showTheme(theme = chosenTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
