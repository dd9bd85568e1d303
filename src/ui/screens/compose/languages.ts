/** Languages to choose from, by their own names. Empty: none is said. */
export const LANGUAGES: readonly { readonly tag: string; readonly name: string }[] = [
  ['', '–'], ['ar', 'العربية'], ['bn', 'বাংলা'], ['cs', 'Čeština'], ['da', 'Dansk'], ['de', 'Deutsch'], ['el', 'Ελληνικά'], ['en', 'English'],
  ['es', 'Español'], ['fa', 'فارسی'], ['fi', 'Suomi'], ['fr', 'Français'], ['he', 'עברית'], ['hi', 'हिन्दी'], ['hu', 'Magyar'],
  ['id', 'Bahasa Indonesia'], ['it', 'Italiano'], ['ja', '日本語'], ['ko', '한국어'], ['nb', 'Norsk bokmål'], ['nl', 'Nederlands'],
  ['pl', 'Polski'], ['pt', 'Português'], ['ro', 'Română'], ['ru', 'Русский'], ['sv', 'Svenska'], ['th', 'ไทย'], ['tr', 'Türkçe'],
  ['uk', 'Українська'], ['vi', 'Tiếng Việt'], ['zh', '中文'],
].map(([tag = '', name = '']) => ({ tag, name }));

/** The language of this browser, if it is one of them; else none. */
export function ownLanguage(): string {
  const own = navigator.language.split('-')[0] ?? '';
  return LANGUAGES.some(({ tag }) => tag === own) ? own : '';
}
