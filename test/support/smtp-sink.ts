// A mail server that takes what it is given, and keeps it.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A letter as it came. */
export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  /** By their names in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

export class SmtpSink {
  readonly port: number;
  readonly letters: Letter[] = [];
  /** Whatever was said to it. */
  heard = '';
  /** Whether it takes none now. */
  isFull = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      this.#sockets.add(socket.on('error', () => undefined));
      void this.#talk(socket).catch(() => undefined).finally(() => this.#sockets.delete(socket));
    });
  }

  /** @param address of this machine */
  static async start(address = '127.0.0.1'): Promise<SmtpSink> {
    const server = createServer().listen(0, address);
    await once(server, 'listening');
    return new SmtpSink(server);
  }

  /** Those to an address, oldest first. */
  to(address: string): Letter[] {
    return this.letters.filter(({ to }) => to.includes(address));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => {
      this.#server.close(done);
    });
  }

  async #talk(socket: Socket): Promise<void> {
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    let [from, to, data, rest]: [string, string[], string[] | undefined, string] = ['', [], undefined, ''];
    say('220 sink');
    for await (const chunk of socket.setEncoding('utf8')) {
      this.heard += chunk as string;
      const lines = (rest + (chunk as string)).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (data !== undefined && line !== '.') data.push(line.replace(/^\./, ''));
        else if (data !== undefined) {
          this.letters.push({ from, to, ...parsed(data) });
          [to, data] = [[], undefined];
          say('250 taken');
        } else if (/^(?:EHLO|HELO) /i.test(line)) say('250 sink');
        else if (/^MAIL FROM:/i.test(line)) {
          from = /<(.*?)>/.exec(line)?.[1] ?? '';
          say('250 ok');
        } else if (/^RCPT TO:/i.test(line)) {
          if (!this.isFull) to.push(/<(.*?)>/.exec(line)?.[1] ?? '');
          say(this.isFull ? `452 no room for ${line}` : '250 ok');
        } else if (/^DATA/i.test(line)) {
          data = [];
          say('354 go on');
        } else say(/^QUIT/i.test(line) ? '221 bye' : '500 what?');
      }
    }
  }
}

function parsed(lines: readonly string[]): Pick<Letter, 'headers' | 'text'> {
  const end = lines.indexOf('');
  const headers = lines.slice(0, end).join('\r\n').replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n').map((line): [string, string] => (
    [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const body = lines.slice(end + 1).join('\n');
  const isQuoted = headers.some(([name, value]) => name === 'content-transfer-encoding' && value === 'quoted-printable');
  return { headers: new Map(headers), text: isQuoted ? unquoted(body) : body };
}

function unquoted(text: string): string {
  return Buffer.from(text.replaceAll('=\n', '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1').toString();
}
