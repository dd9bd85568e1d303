const KIT = { key: 'did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169', holder: 'kit' };
const HOUSE = { key: 'did:key:zDnaeTiq1PdzvZXUaMdezchcMJQpBdH2VN4pgrrEhMCCbmwSb', holder: 'house' };
const OTHER = { key: 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme', holder: 'other' };
const OLD_KIT = { key: 'did:key:zDnaeRSYXhKpiP3xb9M8AyDUCdVMnWi4v3qYoRxfpf5DhFNUc', holder: 'old-kit' };
const CID = 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';

const operation = {
  type: 'plc_operation', rotationKeys: [KIT.key, HOUSE.key], verificationMethods: { atproto: OTHER.key }, alsoKnownAs: ['at://ada.example.com'],
  services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: 'https://mirror.example.com' } }, prev: CID, sig: 'x'.repeat(86),
};

const entry = (day: number, signer: object, changes: readonly object[], more: object = {}) =>
  ({ cid: `${CID}${day}`, time: `2026-11-${String(day).padStart(2, '0')}T08:10:00.000Z`, signer, changes, operation, isUndone: false, ...more });

/** An identity in which everything has happened that the screen has words for. */
export const IDENTITY = {
  did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', directory: 'https://directory.example.com', standing: 'registered',
  state: {
    handle: 'ada.example.com', furtherNames: ['at://ada.second.example.com', 'https://example.com/~ada'], server: 'https://mirror.example.com', signingKey: { key: OTHER.key, isOwn: false }, rotationKeys: [KIT, HOUSE, OLD_KIT, OTHER],
  },
  entries: [
    { ...entry(26, KIT, [{ what: 'rotation-order' }]), time: undefined },
    entry(25, OLD_KIT, [{ what: 'rotation-key', change: 'removed', key: OTHER.key, holder: 'other' }, { what: 'name', change: 'added', id: 'at://ada.second.example.com' }]),
    entry(24, OTHER, [{ what: 'signing-key', before: HOUSE.key, after: OTHER.key }, { what: 'server', before: 'https://mirror.example.com' }], { isUndone: true }),
    entry(23, OTHER, [{ what: 'rotation-key', change: 'added', key: HOUSE.key, holder: 'house' }, { what: 'method', change: 'added', id: 'k2' }, { what: 'service', change: 'replaced', id: 's2' }]),
    entry(22, HOUSE, []),
    entry(21, HOUSE, [{ what: 'handle', before: 'ada.mirror.example.com', after: 'ada.example.com' }]),
    entry(20, HOUSE, [{ what: 'server', before: 'https://old.example.com', after: 'https://mirror.example.com' }, { what: 'handle', before: 'ada.example.com' }]),
    entry(19, HOUSE, [{ what: 'made' }, { what: 'handle', after: 'ada.example.com' }, { what: 'server', after: 'https://old.example.com' }]),
  ],
  missing: 0,
};

const UNDO = [
  { what: 'handle', before: 'mallory.example.com', after: 'ada.example.com' }, { what: 'server', before: 'https://mirror.example.com' },
  { what: 'signing-key', before: OTHER.key, after: HOUSE.key }, { what: 'rotation-key', change: 'added', key: KIT.key, holder: 'kit' },
  { what: 'rotation-key', change: 'removed', key: OTHER.key, holder: 'other' }, { what: 'rotation-order' }, { what: 'service', change: 'replaced', id: 's2' },
];

/** The same, changed by somebody else: `undo`, within the 72 hours; `late`, after them; `kit`, with the key of the kit. */
export const ALARMS = Object.fromEntries((['undo', 'late', 'kit'] as const).map((stage) => {
  const signer = { undo: 'house', late: 'other', kit: 'kit' }[stage];
  const until = { undo: '2999-01-01T00:00:00.000Z', late: '2026-11-26T08:10:00.000Z', kit: undefined }[stage];
  return [stage, { ...IDENTITY, alarm: { cids: [23, 25].map((day) => `${CID}${day}`), time: '2026-11-23T08:10:00.000Z', signer, until, changes: UNDO } }];
}));

/** As the mirror has seen it: what it adds to an alarm; where the directory shows less; where it does not answer, or lies. */
const mirror = { url: 'https://mirror.example.com', lookedAt: '2026-11-25T08:10:00.000Z', only: 0 };
const seen = { ...(ALARMS['undo'] as { readonly alarm: object }).alarm, seenAt: '2026-11-23T08:15:00.000Z' };
export const WITNESSED: Readonly<Record<'both' | 'only' | 'down' | 'lies' | 'calm', object>> = {
  both: { ...IDENTITY, mirror, alarm: seen }, only: { ...IDENTITY, mirror: { ...mirror, only: 1 }, alarm: { ...seen, isMirrorOnly: true } },
  down: { ...IDENTITY, mirror, fault: 'DirectoryUnreachable' }, lies: { ...IDENTITY, mirror, fault: 'DirectoryLies', alarm: seen }, calm: { ...IDENTITY, mirror },
};

/** The same, from a directory that has shown more before. */
export const HELD_BACK = { ...IDENTITY, missing: 2 };

const DID = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';

/** What was found of a name, by the name. */
export const NAMES: Readonly<Record<string, object>> = {
  'new.example.com': {
    handle: 'new.example.com', dns: { says: 'nothing' }, file: { says: 'unreachable' }, isProven: false, bytes: 812,
    changes: [{ what: 'handle', before: 'ada.example.com', after: 'new.example.com' }],
  },
  'others.example.com': {
    handle: 'others.example.com', dns: { says: 'did', did: DID }, file: { says: 'several' }, isProven: false, bytes: 812, changes: [],
  },
  'ready.example.com': {
    handle: 'ready.example.com', dns: { says: 'nothing' }, file: { says: 'nothing' }, isProven: true, bytes: 812,
    changes: [{ what: 'handle', before: 'ada.example.com', after: 'ready.example.com' }, { what: 'name', change: 'removed', id: 'at://ada.second.example.com' }],
  },
};

/** What was found of further names: one that leads nowhere yet, and all that can be taken. */
export const FURTHER: Readonly<Record<'unproven' | 'ready', object>> = {
  unproven: {
    names: [
      { name: 'at://ada.second.example.com', isNew: false }, { name: 'https://example.com/~ada', isNew: false },
      { name: 'at://third.example.com', isNew: true, proofs: { dns: { says: 'nothing' }, file: { says: 'unreachable' }, isProven: false } },
    ],
    isProven: false, bytes: 900, changes: [{ what: 'name', change: 'added', id: 'at://third.example.com' }],
  },
  ready: {
    names: [{ name: 'https://example.com/~ada', isNew: false }, { name: 'at://third.example.com', isNew: true, proofs: { dns: { says: 'did', did: DID }, file: { says: 'nothing' }, isProven: true } }],
    isProven: true, bytes: 900,
    changes: [{ what: 'name', change: 'removed', id: 'at://ada.second.example.com' }, { what: 'name', change: 'added', id: 'at://third.example.com' }],
  },
};

const FAULTS = [
  'unreachable', 'unreadable', 'status', 'too-large', 'content-type', 'no-json', 'form', 'other-did', 'no-key', 'bad-key', 'other-key', 'no-server',
  'bad-server', 'other-server', 'no-handle', 'other-handle',
];
const WORDS: Readonly<Record<string, string>> = { status: '404', 'content-type': 'text/html', 'other-server': 'https://mallory.example.com', 'other-handle': 'mallory.example.com' };
const web = (domain: string): object => ({
  did: `did:web:${domain}`, address: `https://${domain}/.well-known/did.json`, hasServer: domain.startsWith('good'),
  document: `${JSON.stringify({ '@context': ['https://www.w3.org/ns/did/v1'], id: `did:web:${domain}`, alsoKnownAs: [`at://${domain}`] }, null, 2)}\n`,
});

/** What was found of the document of a domain, by the domain: everything that can be wrong, and nothing. */
export const DOCUMENTS: Readonly<Record<string, object>> = {
  'bad.example.com': { ...web('bad.example.com'), findings: FAULTS.map((fault) => ({ fault, ...(WORDS[fault] !== undefined && { found: WORDS[fault] }) })) },
  'good.example.com': { ...web('good.example.com'), findings: [] },
};
