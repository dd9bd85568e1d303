import { join } from 'node:path';
import { isHandle } from '../protocol/index.ts';
import { isMailAddress } from './alerts/mail-address.ts';

/** A setting that says what it should not; the message names it and says what it takes. */
export class SettingError extends Error {}

/** Where its operator asks a mirror. */
export interface OperatorSettings {
  /** 0 for any free one. */
  readonly port: number;
  readonly address: string;
  /** What the operator shows. A secret. */
  readonly token: string;
  /** A name by which it may be asked, beside `localhost` and addresses. */
  readonly hostname?: string;
}

/** How a mirror is run. */
export interface MirrorSettings {
  /** 0 for any free one. */
  readonly port: number;
  /** The folder that holds everything; made where there is none. */
  readonly folder: string;
  /** The name by which the world reaches it over https, behind a proxy that ends TLS; left out, it is for this machine only. */
  readonly hostname?: string;
  /** Further such names; for this machine only, `127.0.0.1`. */
  readonly moreHostnames?: readonly string[];
  /** The address to listen on; localhost where it is left out. */
  readonly listenOn?: string;
  /** Domains under which it gives handles, without a dot before them. */
  readonly handleDomains: readonly string[];
  /** Origin of the PLC directory. */
  readonly directory: string;
  /** Origins of relays that are asked to crawl. */
  readonly relays: readonly string[];
  /** Where there are any, an account needs one, of these or of the operator's; each is for one account. */
  readonly invites: readonly string[];
  /** Whether an account needs one in any case. */
  readonly inviteOnly: boolean;
  readonly contactEmail?: string;
  readonly privacyPolicy?: string;
  readonly termsOfService?: string;
  /** Origin of the pages that links of invitations lead to. */
  readonly pagesUrl?: string;
  /** Of one blob, in bytes. */
  readonly blobBytes: number;
  /** Of one repository, in bytes. */
  readonly repoBytes: number;
  /** Of all blobs of an account, in bytes. */
  readonly allBlobBytes: number;
  /** Of one caller, to a mirror of the world. */
  readonly requestsIn5Minutes: number;
  /** How long events are kept for those who come back. */
  readonly eventDays: number;
  /** How often the log of a DID is looked at, at its directory; 0 only when its house asks. */
  readonly watchSeconds: number;
  /** What the log is written as; lines to read where it is left out. */
  readonly log?: 'json';
  /** Left out, there is nothing for an operator. */
  readonly operator?: OperatorSettings;
  /** Left out, houses do not connect directly. */
  readonly webrtc?: WebRtcSettings;
  /** Left out, owners are told by no letters. */
  readonly mail?: MailSettings;
}

/** The server that letters to owners go through. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** Whether it speaks TLS from the first byte. */
  readonly isSecure: boolean;
  readonly login?: { readonly user: string; readonly password: string };
  /** Whom letters are from. */
  readonly from: string;
}

/** How a mirror takes direct connections. */
export interface WebRtcSettings {
  /** The UDP ports that it uses, both ends included; any where they are left out. */
  readonly ports?: { readonly from: number; readonly to: number };
  /** By which it finds addresses of its own, or lends one. */
  readonly iceServers: readonly IceServer[];
}

export interface IceServer {
  /** `stun:`, `turn:` or `turns:`, with a host and perhaps a port. */
  readonly urls: string;
  readonly username?: string;
  readonly credential?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'HOLDFAST_';
const HOSTNAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Of a token, in characters. */
const LEAST_TOKEN = 24;
/** Beside the first: together they are a hundred. */
const MOST_HOSTNAMES = 99;
const LOCAL_DOMAIN = 'holdfast.test';

/** The settings that the environment holds. @throws SettingError */
export function readSettings(environment: Environment): MirrorSettings {
  const read = new Reader(environment);
  const hostname = read.hostname('HOSTNAME');
  const moreHostnames = read.moreHostnames(hostname);
  const listenOn = read.text('MIRROR_ADDRESS');
  const contactEmail = read.text('CONTACT_EMAIL');
  const privacyPolicy = read.url('PRIVACY_POLICY');
  const termsOfService = read.url('TERMS');
  const pagesUrl = read.origin('PAGES_URL');
  const operator = operatorOf(read);
  const webrtc = read.webrtc(hostname === undefined);
  const mail = read.mail();
  return {
    port: read.number('MIRROR_PORT', 2583, 65_535),
    folder: join(read.text('DATA_DIR') ?? '.holdfast', 'mirror'),
    handleDomains: [read.domain('HANDLE_DOMAIN') ?? hostname ?? LOCAL_DOMAIN],
    directory: read.origin('PLC_URL') ?? 'https://plc.directory',
    relays: read.list('RELAYS').map((text) => read.asOrigin('RELAYS', text)),
    invites: read.list('INVITES'),
    inviteOnly: read.yes('INVITE_ONLY'),
    blobBytes: read.number('BLOB_LIMIT', 50_000_000),
    repoBytes: read.number('REPO_LIMIT', 1_000_000_000),
    allBlobBytes: read.number('BLOBS_LIMIT', 10_000_000_000),
    requestsIn5Minutes: read.number('RATE_LIMIT', 6_000),
    eventDays: read.number('EVENT_DAYS', 30),
    watchSeconds: read.number('WATCH_SECONDS', 3_600),
    ...(webrtc !== undefined && { webrtc }),
    ...(mail !== undefined && { mail }),
    ...(hostname !== undefined && { hostname }),
    ...(moreHostnames.length > 0 && { moreHostnames }),
    ...(listenOn !== undefined && { listenOn }),
    ...(contactEmail !== undefined && { contactEmail }),
    ...(privacyPolicy !== undefined && { privacyPolicy }),
    ...(termsOfService !== undefined && { termsOfService }),
    ...(pagesUrl !== undefined && { pagesUrl }),
    ...(read.isJson('LOG') && { log: 'json' as const }),
    ...(operator !== undefined && { operator }),
  };
}

/** The settings as an operator may see them, and show them to others: of what is secret it says that it is set. */
export function printable(settings: MirrorSettings): Readonly<Record<string, unknown>> {
  const { invites, operator, webrtc, mail } = settings;
  const servers = webrtc?.iceServers.map(({ credential, ...server }) => ({ ...server, ...(credential !== undefined && { credential: 'set' }) }));
  return {
    ...settings, invites: invites.map(() => 'set'),
    ...(operator !== undefined && { operator: { ...operator, token: 'set' } }), ...(webrtc !== undefined && { webrtc: { ...webrtc, iceServers: servers } }),
    ...(mail !== undefined && { mail: { ...mail, ...(mail.login !== undefined && { login: 'set' }) } }),
  };
}

function operatorOf(read: Reader): OperatorSettings | undefined {
  if (read.text('OPERATOR_PORT') === undefined) return undefined;
  const hostname = read.name('OPERATOR_HOSTNAME');
  return {
    port: read.number('OPERATOR_PORT', 0, 65_535), address: read.text('OPERATOR_ADDRESS') ?? '127.0.0.1', token: read.token('OPERATOR_TOKEN'),
    ...(hostname !== undefined && { hostname }),
  };
}

class Reader {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  text(name: string): string | undefined {
    return this.#environment[PREFIX + name]?.trim() || undefined;
  }

  list(name: string): readonly string[] {
    return (this.text(name) ?? '').split(',').map((item) => item.trim()).filter((item) => item !== '');
  }

  yes(name: string): boolean {
    const text = this.text(name);
    if (text === undefined || text === 'no') return false;
    if (text === 'yes') return true;
    throw this.#wrong(name, text, 'yes or no');
  }

  number(name: string, standard: number, most: number = Number.MAX_SAFE_INTEGER): number {
    const text = this.text(name);
    if (text === undefined) return standard;
    const value = Number(text);
    if (/^\d{1,16}$/.test(text) && value <= most) return value;
    throw this.#wrong(name, text, most === 65_535 ? 'a port, a number from 1 to 65535' : 'a whole number');
  }

  /** A secret, which no message repeats. */
  token(name: string): string {
    const text = this.text(name);
    if (text !== undefined && new RegExp(`^[\\x21-\\x7e]{${LEAST_TOKEN},1024}$`).test(text)) return text;
    const what = text === undefined ? 'is not set, and is needed with a port for the operator' : 'is not what it should be';
    throw new SettingError(`${PREFIX}${name} ${what}. It takes ${LEAST_TOKEN} letters, digits and signs or more, without blanks, such as \`openssl rand -hex 32\` gives.`);
  }

  isJson(name: string): boolean {
    const text = this.text(name) ?? 'text';
    if (text === 'json' || text === 'text') return text === 'json';
    throw this.#wrong(name, text, 'text or json');
  }

  hostname(name: string): string | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined || HOSTNAME.test(text)) return text;
    throw this.#wrong(name, text, 'a domain name such as mirror.example.com, without https:// and without a port');
  }

  /** @param first without which it is for this machine only, where nothing but its address is another name */
  moreHostnames(first: string | undefined): readonly string[] {
    const names = this.list('MORE_HOSTNAMES').map((text) => text.toLowerCase());
    for (const [index, name] of names.entries()) {
      const isName = first === undefined ? name === '127.0.0.1' : HOSTNAME.test(name);
      if (isName && name !== first && names.indexOf(name) === index && index < MOST_HOSTNAMES) continue;
      throw this.#wrong('MORE_HOSTNAMES', name, first === undefined ? `127.0.0.1 and nothing else where ${PREFIX}HOSTNAME is not set`
        : `up to ${MOST_HOSTNAMES} domain names such as mirror2.example.com, by commas, each once and none of them ${first}`);
    }
    return names;
  }

  /** Of this network or of the world. */
  name(name: string): string | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined || /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(text)) return text;
    throw this.#wrong(name, text, 'a name such as operator.example.com, without https:// and without a port');
  }

  domain(name: string): string | undefined {
    const text = this.text(name)?.toLowerCase().replace(/^\./, '');
    if (text === undefined || isHandle(`a.${text}`)) return text;
    throw this.#wrong(name, text, 'a domain such as example.com; a handle under it will be name.example.com');
  }

  /** @param isLocal where the mirror is for this machine only, no port has to be opened for it */
  webrtc(isLocal: boolean): WebRtcSettings | undefined {
    const text = this.text('UDP_PORTS');
    const iceServers = this.list('ICE_SERVERS').map(iceServerOf);
    if (text === 'off' || (text === undefined && !isLocal)) return undefined;
    if (text === undefined) return { iceServers };
    const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first !== undefined && from >= 1024 && to <= 65_535 && to > from) return { ports: { from, to }, iceServers };
    throw this.#wrong('UDP_PORTS', text, 'a range of ports such as 50000-50100, none below 1024; or off');
  }

  /** No message repeats the address: it may hold a password. */
  mail(): MailSettings | undefined {
    const [text, from] = [this.text('SMTP_URL'), this.text('MAIL_FROM')];
    if (text === undefined) return undefined;
    const { protocol, hostname, port, username = '', password: pass = '', pathname, search, hash } = parsed(text) ?? {};
    const wrongServer = new SettingError(`${PREFIX}SMTP_URL is not right. It takes a mail server such as smtps://name:password@smtp.example.com:465, or smtp://localhost:25.`);
    const isSecure = protocol === 'smtps:';
    if ((!isSecure && protocol !== 'smtp:') || !hostname || ![undefined, '', '/'].includes(pathname) || search !== '' || hash !== '') throw wrongServer;
    const user = decoded(username);
    const password = decoded(pass);
    if (user === undefined || password === undefined) throw wrongServer;
    if (from === undefined || !isMailAddress(from)) throw new SettingError(`${PREFIX}MAIL_FROM is needed with ${PREFIX}SMTP_URL. It takes one address such as mirror@example.com.`);
    const host = hostname.replace(/^\[|\]$/g, '');
    return { host, port: port ? Number(port) : isSecure ? 465 : 587, isSecure, ...(user !== '' && { login: { user, password } }), from };
  }

  url(name: string): string | undefined {
    const text = this.text(name);
    const url = text === undefined ? undefined : parsed(text);
    // Everybody is told of it.
    if (text === undefined || (/^https?:$/.test(url?.protocol ?? '') && !url!.username && !url!.password)) return text;
    throw this.#wrong(name, text, 'an address such as https://example.com/privacy');
  }

  origin(name: string): string | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : this.asOrigin(name, text);
  }

  asOrigin(name: string, text: string): string {
    const url = parsed(text);
    if (url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.username === '' && url.password === '') return url.origin;
    throw this.#wrong(name, text, 'the address of a server such as https://example.com');
  }

  /** Where a password begins and ends in what is wrong, nobody can say: a setting with an @ is not repeated, nor any part of it. */
  #wrong(name: string, text: string, takes: string): SettingError {
    const is = this.text(name)?.includes('@') ? 'is not right' : `is ${JSON.stringify(text)}`;
    return new SettingError(`${PREFIX}${name} ${is}. It takes ${takes}.`);
  }
}

/** @throws SettingError, which repeats nothing: where a password begins and ends in what is wrong, nobody can say */
function iceServerOf(text: string, index: number): IceServer {
  const [, scheme, username, credential, host] = /^(stun|turn|turns):(?:([^:@\s]+):([^@\s]+)@)?((?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?)$/i.exec(text) ?? [];
  if (host !== undefined && (scheme === 'stun') === (username === undefined)) {
    return { urls: `${scheme}:${host}`, ...(username !== undefined && { username, credential: credential! }) };
  }
  throw new SettingError(`${PREFIX}ICE_SERVERS is not right in its part ${index + 1}. It takes servers such as stun:stun.example.com:3478 or turn:name:password@turn.example.com:3478, by commas.`);
}

/** Undefined for what is no text of an address. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function parsed(text: string): URL | undefined {
  return URL.parse(text) ?? undefined;
}
