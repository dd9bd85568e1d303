import type { MailSettings } from '../settings.ts';
import type { SendMail } from './sender.ts';

/** Of each step with the server, in milliseconds. */
const STEP_MS = 10_000;

/**
 * Sends letters through a mail server. What it says in its errors is not passed on: it repeats addresses. A password goes to another
 * machine by TLS only.
 */
export function mailThrough({ host, port, isSecure, login, from }: MailSettings): SendMail {
  return async (to, { subject, text }, signal) => {
    // Most mirrors never need it.
    const { createTransport } = await import('nodemailer');
    signal.throwIfAborted();
    const transport = createTransport({
      host, port, secure: isSecure, requireTLS: !isSecure && !isLocal(host), ignoreTLS: !isSecure && isLocal(host),
      connectionTimeout: STEP_MS, greetingTimeout: STEP_MS, socketTimeout: STEP_MS, dnsTimeout: STEP_MS, socketCloseTimeout: 0,
      disableFileAccess: true, disableUrlAccess: true, ...(login !== undefined && { auth: { user: login.user, pass: login.password } }),
    });
    const sending = transport.sendMail({
      from: { name: 'Holdfast', address: from }, to: { name: '', address: to }, subject, text, headers: { 'auto-submitted': 'auto-generated' },
    }).then(() => undefined, (error: { readonly code?: string; readonly responseCode?: number }) => {
      throw new Error(`the mail server did not take it: ${[error.code ?? 'unknown', error.responseCode ?? ''].join(' ').trim()}`);
    });
    const stopped = Promise.withResolvers<never>();
    const stop = (): void => stopped.reject(new Error('the mail server took too long, or the mirror ends'));
    signal.addEventListener('abort', stop);
    try {
      await Promise.race([sending, stopped.promise]);
    } finally {
      signal.removeEventListener('abort', stop);
      sending.catch(() => undefined);
      transport.close();
    }
  };
}

function isLocal(host: string): boolean {
  return ['localhost', '127.0.0.1', '::1'].includes(host);
}
