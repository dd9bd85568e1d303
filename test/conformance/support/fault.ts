import type { Answered, Asked, Wrong } from './faulty-proxy.ts';

/** One thing that a server does wrong, and what has to be said of it. */
export interface Fault extends Wrong {
  readonly name: string;
  /** The check that names it, and the code of its reason. */
  readonly found: string;
  readonly code: string;
  /** Checks that it breaks as well, with good cause. */
  readonly also?: readonly string[];
}

type Json = Record<string, unknown>;

/** `found` is `check code`. */
function faultOf(name: string, found: string, wrong: Wrong, also: readonly string[] = []): Fault {
  const [check = '', code = ''] = found.split(' ');
  return { name, found: check, code, ...(also.length > 0 && { also }), ...wrong };
}

/** Whether it is this method that is asked. */
type Which = (asked: Asked) => boolean;
const always: Which = () => true;

/** An answer of a method is changed. */
export function answers(name: string, found: string, method: string, change: (answered: Answered, asked: Asked) => void | Promise<void>, { when = always, also = [] as readonly string[] } = {}): Fault {
  return faultOf(name, found, {
    answer: async (asked, answered) => {
      if (asked.name.endsWith(method) && asked.method !== 'OPTIONS' && when(asked)) await change(answered, asked);
    },
  }, also);
}

/** A JSON answer of a method is changed: `change` gives what it becomes, or changes it. */
export function json(name: string, found: string, method: string, change: (body: Json, asked: Asked) => unknown, more: { readonly when?: Which; readonly also?: readonly string[] } = {}): Fault {
  return answers(name, found, method, (answered, asked) => {
    if (answered.status !== 200) return;
    const body = JSON.parse(answered.body.toString()) as Json;
    answered.body = Buffer.from(JSON.stringify(change(body, asked) ?? body));
  }, more);
}

/** A method answers with something else. */
export function instead(name: string, found: string, method: string, status: number, body: unknown, more: { readonly when?: Which; readonly also?: readonly string[] } = {}): Fault {
  return answers(name, found, method, (answered) => {
    answered.status = status;
    answered.headers['content-type'] = typeof body === 'string' ? 'text/html' : 'application/json';
    answered.body = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  }, more);
}

/** The question is changed before the server sees it. */
export function asks(name: string, found: string, method: string, change: (params: URLSearchParams) => void, when: Which = always): Fault {
  return faultOf(name, found, {
    ask: (asked) => {
      if (asked.name.endsWith(method) && when(asked)) change(asked.params);
    },
  });
}

/** What is to be done is changed before the server sees it. */
export function does(name: string, found: string, method: string, change: (input: Json) => unknown, when: Which = always): Fault {
  return faultOf(name, found, {
    ask: (asked) => {
      if (asked.name.endsWith(method) && asked.body.length > 0 && when(asked)) asked.body = Buffer.from(JSON.stringify(change(JSON.parse(asked.body.toString()) as Json)));
    },
  });
}

export function streams(name: string, found: string, wrong: Wrong, also: readonly string[] = []): Fault {
  return faultOf(name, found, wrong, also);
}
