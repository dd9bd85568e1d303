import { currentLocale, msg, str } from '../i18n.ts';
import type { WakingWords } from '../house/waking.ts';

/** Put in by the worker. */
const NAME = '{name}';

/** What notifications of a mirror say, by kind, in the language of this page: the worker says it when no page is there. */
export function noticeWords(): WakingWords {
  const look = msg('Open Holdfast, and look at the page Mirror. Your data is in your house.');
  return {
    lang: currentLocale(),
    words: {
      operation: {
        title: msg(str`Somebody has changed the identity of ${NAME}`),
        text: msg('If it was not you, open Holdfast and undo it with your recovery kit: there are 72 hours for that, from the change on.'),
      },
      suspended: { title: msg(str`Your mirror does not serve ${NAME} any more`), text: look },
      takendown: { title: msg(str`Your mirror does not serve ${NAME} any more`), text: look },
      time: { title: msg(str`The time of ${NAME} at your mirror is nearly over`), text: look },
      primarySilent: { title: msg(str`A standby of ${NAME} cannot reach your mirror`), text: look },
      primaryBehind: { title: msg(str`Your mirror shows an older state of ${NAME} than it has confirmed`), text: look },
      primaryFalse: { title: msg(str`Your mirror shows a standby of ${NAME} what cannot be right`), text: look },
      primaryWell: { title: msg(str`Your mirror of ${NAME} is well again`), text: msg('There is nothing to do.') },
      test: { title: msg('This is how you are told'), text: msg(str`Your mirror can notify this browser about ${NAME}. There is nothing to do.`) },
      other: { title: msg(str`Your mirror has something to tell you about ${NAME}`), text: look },
    },
  };
}
