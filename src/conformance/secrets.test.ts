import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withoutSecrets } from './secrets.ts';

describe('a text without secrets', () => {
  const SECRET = 'hunter2-"my"-password';
  for (const [name, text, told] of [
    ['has them nowhere', `no ${SECRET}, and no ${SECRET}`, 'no [hidden], and no [hidden]'],
    ['has no part that was cut off', 'no such password: hunter2-"m…', 'no such password: [hidden]…'],
    ['has them not as JSON writes them', JSON.stringify({ password: SECRET }), '{"password":"[hidden]"}'],
    ['has no token of anybody', '{"accessJwt":"eyJ0eXAiOiJhdCtqd3QifQ.eyJzY29w.c2ln","refreshJwt":"eyJ0eXAiOiJyZWZyZXNo…', '{"accessJwt":"[hidden]","refreshJwt":"[hidden]…'],
    ['is the same where there were none', 'the hunter is here', 'the hunter is here'],
  ] as const) {
    it(name, () => assert.equal(withoutSecrets(text, [SECRET, '']), told));
  }

  it('has a short one neither', () => assert.equal(withoutSecrets('it is abc', ['abc']), 'it is [hidden]'));
});
