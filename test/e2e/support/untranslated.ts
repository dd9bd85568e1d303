import type { Page } from 'puppeteer-core';

/**
 * Texts on the screen, and names for screen readers, in which a word of English letters is left. What is data is passed
 * over: what is marked as such (`.mono`, `code`, `pre`), names of accounts, addresses of the web, and the name of the app.
 */
export function untranslated(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const data = '.mono, code, pre, script, style, noscript, option, .chip .name, [aria-hidden=true], .data';
    const found: string[] = [];
    const look = (text: string | null, where: string): void => {
      const words = (text ?? '').replaceAll(/Holdfast|did:[a-z]+:\S+|https:\/\/\S+|\b[a-z]+(?:\.[a-z]+){2,}\b|[\w.-]+\.test\b/gi, '').replaceAll(/\s+/g, ' ').trim();
      if (/[A-Za-z]{3}/.test(words)) found.push(`${where}: ${words}`);
    };
    const walk = (root: ParentNode): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) walk(element.shadowRoot);
        if (element.closest(data) !== null) continue;
        const { localName } = element;
        for (const name of ['aria-label', 'placeholder', 'alt']) {
          if (element.hasAttribute(name)) look(element.getAttribute(name), `${localName}[${name}]`);
        }
        for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) look(node.textContent, localName);
      }
    };
    walk(document.body);
    return found;
  });
}
