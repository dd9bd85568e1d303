// How @web/test-runner starts each browser that was found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { chromeLauncher } from '@web/test-runner-chrome';
import { webdriverLauncher } from '@web/test-runner-webdriver';
import puppeteer from 'puppeteer-core';
import { BROWSER_NAMES } from '../browsers.mjs';
import { CHROMIUM_ARGS } from './browser-args.mjs';

const MAKERS = { chromium: chromiumLauncher, firefox: firefoxLauncher, webkit: webkitLauncher };

/** Launchers for the browsers that are there, by the names for people. */
export function launchersFor(browsers) {
  return Object.entries(browsers)
    .filter(([, found]) => 'path' in found)
    .map(([name, found]) => Object.assign(MAKERS[name](found), { label: BROWSER_NAMES[name] }));
}

function chromiumLauncher({ path }) {
  return chromeLauncher({ puppeteer, launchOptions: { executablePath: path, headless: true, args: CHROMIUM_ARGS } });
}

/** Stock Firefox, over WebDriver BiDi. */
function firefoxLauncher({ path }) {
  return chromeLauncher({ puppeteer, launchOptions: { browser: 'firefox', executablePath: path, headless: true } });
}

/** WebKitGTK's MiniBrowser through WebKitWebDriver, which is started and ended with the run. */
function webkitLauncher({ path, miniBrowser, xvfbRun }) {
  const options = {
    automationProtocol: 'webdriver',
    hostname: '127.0.0.1',
    port: 0,
    path: '/',
    capabilities: {
      'wdio:enforceWebDriverClassic': true,
      'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation'] },
    },
  };
  const launcher = webdriverLauncher(options);
  const initialize = launcher.initialize.bind(launcher);
  const startSession = launcher.startSession.bind(launcher);
  const stop = launcher.stop.bind(launcher);
  let driver;
  let failure;
  return Object.assign(launcher, {
    async initialize(config) {
      await initialize(config);
      launcher.name = 'WebKit';
      options.port = await freePort();
      // Thrown here it would end the whole run; the tests of this browser fail with it instead.
      driver = await startDriver(path, xvfbRun, options.port).catch((error) => void (failure = error));
      if (driver) process.once('exit', driver.end);
    },
    async startSession(id, url) {
      if (failure) throw failure;
      await startSession(id, url);
    },
    async stop() {
      await stop();
      driver?.end();
    },
  });
}

/** Starts WebKitWebDriver in a process group of its own, so that display and browser end with it. */
async function startDriver(path, xvfbRun, port) {
  const command = [path, `--port=${port}`];
  if (xvfbRun) command.unshift(xvfbRun, '-a');
  const child = spawn(command[0], command.slice(1), {
    detached: true,
    stdio: 'ignore',
    // Its sandbox needs user namespaces, which root in a container has not.
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  });
  const end = () => {
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has already ended.
    }
  };
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`WebKitWebDriver ended (${code})`)));
  await Promise.race([answers(port), failed]).catch((error) => {
    end();
    throw error;
  });
  failed.catch(() => undefined);
  return { end };
}

async function answers(port) {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await pause(50)) {
    const response = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined);
    if (response?.ok) return;
  }
  throw new Error('WebKitWebDriver did not answer within 30 seconds');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
