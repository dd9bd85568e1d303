import type { CDPSession, Page } from 'puppeteer-core';

/** The service workers of a page's origin, by the DevTools protocol: how to stop them, and what became of them. */
export class Workers {
  readonly #session: CDPSession;
  readonly #statuses = new Map<string, string>();
  /** How often a worker was seen to have stopped. */
  stops = 0;
  /** What workers complained of: uncaught errors, console errors, violations of the policy. */
  readonly troubles: string[] = [];

  private constructor(session: CDPSession) {
    this.#session = session;
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      for (const { versionId, runningStatus } of versions) {
        if (runningStatus === 'stopped' && this.#statuses.get(versionId) !== 'stopped') this.stops++;
        this.#statuses.set(versionId, runningStatus);
      }
    });
    session.on('ServiceWorker.workerErrorReported', ({ errorMessage }) => this.troubles.push(errorMessage.errorMessage));
  }

  static async of(page: Page): Promise<Workers> {
    const session = await page.createCDPSession();
    const workers = new Workers(session);
    await session.send('ServiceWorker.enable');
    return workers;
  }

  /** Stops every worker at once, whatever it is doing. */
  async stop(): Promise<void> {
    await this.#session.send('ServiceWorker.stopAllWorkers');
  }
}
