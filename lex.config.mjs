import { defineLexiconConfig } from '@atcute/lex-cli';

/** `npm run lexicons`: the schemas of our own methods, from `lexicons/`. */
export default defineLexiconConfig({
  generate: { files: ['lexicons/**/*.json'], outdir: 'src/protocol/lexicons/', modules: { importSuffix: '.ts' } },
});
