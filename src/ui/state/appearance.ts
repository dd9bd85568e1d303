const KEY = 'holdfast.theme';
const THEMES = ['system', 'light', 'dark'] as const;

/** Light or dark, or as the system says. */
export type Theme = (typeof THEMES)[number];

/** What the owner chose; `system` if nothing. */
export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

/** Keeps the choice in this browser and shows it at once. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  showTheme();
}

/** Shows the page as chosen; to be called before anything is drawn. */
export function showTheme(): void {
  const theme = chosenTheme();
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
