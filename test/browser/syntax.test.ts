import {
  isAtIdentifier, isAtUri, isCidText, isDatetime, isDid, isHandle, isLanguage, isNsid, isRecordKey, isTid, isUri,
} from '../../src/protocol/index.ts';
import { ok } from './assert.ts';
import { checkCount, vectorLines } from './vectors.ts';

/** By the names under which the public vectors have them. */
const SYNTAXES: Readonly<Record<string, (text: string) => boolean>> = {
  atidentifier: isAtIdentifier,
  aturi: isAtUri,
  cid: isCidText,
  datetime: isDatetime,
  did: isDid,
  handle: isHandle,
  language: isLanguage,
  nsid: isNsid,
  recordkey: isRecordKey,
  tid: isTid,
  uri: isUri,
};

// Browsers differ in their regular expressions and dates, so that what Node accepts says little of them.
describe('syntax vectors', () => {
  for (const [name, is] of Object.entries(SYNTAXES)) {
    it(`${name}: valid ones are accepted`, async () => {
      const lines = await vectorLines(`atproto-interop-tests/syntax/${name}_syntax_valid.txt`);
      for (const line of lines) ok(is(line), `refused ${JSON.stringify(line)}`);
      await checkCount(`syntax ${name} valid`, lines.length);
    });

    it(`${name}: invalid ones are refused`, async () => {
      const lines = await vectorLines(`atproto-interop-tests/syntax/${name}_syntax_invalid.txt`);
      for (const line of lines) ok(!is(line), `accepted ${JSON.stringify(line)}`);
      await checkCount(`syntax ${name} syntax_invalid`, lines.length);
    });
  }
});
