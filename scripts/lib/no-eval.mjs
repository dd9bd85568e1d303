// For vite, pages and workers alike. Our policy forbids making code from text. @atcute/lexicons asks the browser whether it
// may, and every such question is reported as a violation; it has a way without, which it then takes.

const ASKS = /[\\/]@atcute[\\/]lexicons[\\/]dist[\\/]validations[\\/]utils\.js$/;
const QUESTION = "new F('')";

/** Answers the question when building: it may not. */
export function noEval() {
  return {
    name: 'holdfast:no-eval',
    transform(code, id) {
      if (!ASKS.test(id)) return undefined;
      if (!code.includes(QUESTION)) throw new Error('@atcute/lexicons asks for eval in another way than this build knows');
      return { code: code.replace(QUESTION, "throw new TypeError('The policy forbids it')"), map: null };
    },
  };
}
