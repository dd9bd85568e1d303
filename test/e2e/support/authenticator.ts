import type { CDPSession, Page } from 'puppeteer-core';

/** An authenticator inside Chromium. Its owner is always there and agrees. */
export class Authenticator {
  readonly #session: CDPSession;
  readonly #id: string;

  private constructor(session: CDPSession, id: string) {
    this.#session = session;
    this.#id = id;
  }

  /** @param hasPrf whether it makes keys */
  static async attach(page: Page, { hasPrf = true } = {}): Promise<Authenticator> {
    const session = await page.createCDPSession();
    await session.send('WebAuthn.enable', { enableUI: false });
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
        isUserVerified: true, automaticPresenceSimulation: true, hasPrf,
      },
    });
    return new Authenticator(session, authenticatorId);
  }

  async count(): Promise<number> {
    return (await this.#session.send('WebAuthn.getCredentials', { authenticatorId: this.#id })).credentials.length;
  }

  /** As if the owner had deleted every passkey. */
  async forget(): Promise<void> {
    await this.#session.send('WebAuthn.clearCredentials', { authenticatorId: this.#id });
  }
}
