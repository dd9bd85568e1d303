// Blocks: values, nodes, records as JSON.
import {
  blobRefsOf, CborError, cidOf, decodeCbor, encodeCbor, fromJson, JsonFormError, parseJson, toJson, UnencodableError, validateCbor,
  validateRecord,
} from '../../src/protocol/index.ts';
import type { CborMap, CborValue, JsonValue } from '../../src/protocol/index.ts';
import { RepoError } from '../../src/repo/index.ts';
import type { StoredNode } from '../../src/repo/index.ts';
import { checkLayer, topLayer } from '../../src/repo/node-check.ts';
import { parseNode, storeNode } from '../../src/repo/node-codec.ts';
import { Generator } from '../bench/generator.ts';
import { link, NULL } from '../vectors/refused/raw-cbor.ts';
import { records, small } from '../support/malformed.ts';
import { vectorBytes, vectorNames } from '../vectors/files.ts';
import { assertSame, Disagreement, textBytes } from './target.ts';
import type { Decoder, Target } from './target.ts';

const FIXTURES = 'ipld-codec-fixtures/_fixtures_src';
const written = new Generator(1).items(20).map(({ record }) => record);

/** DAG-CBOR: decoder, encoder and the check that decodes nothing. */
export const cbor = (decode: Decoder<CborValue> = decodeCbor): Target => ({
  seeds: [
    ...vectorNames(FIXTURES).filter((name) => name.endsWith('.dag-cbor')).map((name) => vectorBytes(`${FIXTURES}/${name}`)),
    ...written.map(encodeCbor),
  ].filter(({ length }) => length < 4_096),
  tokens: [link(records.aa.cid), NULL, textBytes('e$type'), Uint8Array.of(0x1b, 0, 0x1f, 255, 255, 255, 255, 255, 255), Uint8Array.of(0x61, 0x61)],
  refusals: [CborError],
  read(input) {
    let value: CborValue;
    try {
      value = decode(input);
    } catch (error) {
      if (error instanceof CborError) assertRefused(input);
      throw error;
    }
    assertSame(encodeCbor(value), input, 'the value, written again');
    return validateCbor(input);
  },
});

function assertRefused(input: Uint8Array): void {
  let kind: string;
  try {
    kind = validateCbor(input);
  } catch (error) {
    if (error instanceof CborError) return;
    throw error;
  }
  throw new Disagreement(`What the decoder refuses was found to be a ${kind}`);
}

/** The bytes of a node, whose hash is not in question. */
export const readNode: Decoder<StoredNode> = (input) => parseNode({ cid: cidOf(input), bytes: input });

/** Nodes of the tree. */
export const node = (decode: Decoder<StoredNode> = readNode): Target => ({
  seeds: Object.values(small).map(({ bytes }) => bytes),
  tokens: [link(records.aa.cid), NULL, textBytes('com.example.note/ae'), textBytes('ak'), textBytes('ap'), textBytes('at'), textBytes('av'), textBytes('al')],
  refusals: [RepoError],
  read(input) {
    const found = decode(input);
    const { keys, values, children } = found;
    assertSame(storeNode(keys, values, children).bytes, input, 'the node, written again');
    // Of two codecs that know the same bytes, each vouches for the other.
    assertSame(encodeCbor(decodeCbor(input)), input, 'the node as a value, written again');
    checkLayer(found, topLayer(found), true);
    return children.some((child) => child !== null) ? 'with subtrees' : keys.length > 0 ? 'with keys' : 'empty';
  },
});

/** A record as a client sends it. */
export const readJson: Decoder<CborValue> = (input) => parseJson(new TextDecoder().decode(input));

/** Records as clients send them: JSON text, to a value, to bytes, and back. */
export const json = (decode: Decoder<CborValue> = readJson): Target => ({
  seeds: [
    ...written.map((record) => textBytes(JSON.stringify(toJson(record)))),
    textBytes(JSON.stringify({
      $type: 'app.bsky.actor.profile', avatar: { $type: 'blob', ref: { $link: cidOf(new Uint8Array(1), 'raw').toString() }, mimeType: 'image/png', size: 1 },
      other: { $bytes: 'AQID' }, list: [1, -1, null, true, 'é🙂', { a: {} }],
    })),
  ],
  tokens: ['{"$link":"', '"$bytes":"', '"$type":"blob",', '"$type":"",', '"__proto__":{"a":1},', '"constructor":0,', '-0', '1.5', '1e3', '9007199254740992',
    '\\ud83d', '\\u0000', '[[[[[[[[', ']]]]]]]]', 'null', '{"":0}', '"aa":1,"b":2,'].map(textBytes),
  refusals: [JsonFormError, UnencodableError],
  read(input) {
    const value = decode(input);
    const bytes = encodeCbor(value);
    const text = JSON.stringify(toJson(value));
    assertSame(textBytes(text), textBytes(sentText(input)), 'the text, written again');
    assertSame(encodeCbor(parseJson(text)), bytes, 'the value, by way of its text');
    assertSame(encodeCbor(fromJson(toJson(decodeCbor(bytes)))), bytes, 'the value, by way of its bytes');
    blobRefsOf(value);
    return findingOf(value);
  },
});

function sentText(input: Uint8Array): string {
  try {
    return JSON.stringify(JSON.parse(new TextDecoder().decode(input))).replaceAll(PADDED, '$1"');
  } catch (cause) {
    throw new Disagreement('What is no JSON was accepted', { cause });
  }
}

/** `$bytes` may come with padding, and goes without. */
const PADDED = /("\$bytes":"[\w+/]*)={1,2}"/g;

function findingOf(value: CborValue): string {
  const type = value !== null && typeof value === 'object' ? (value as CborMap)['$type'] : undefined;
  if (typeof type !== 'string') return 'no record';
  const finding = validateRecord(type, 'self', toJson(value) as JsonValue);
  return typeof finding === 'string' ? finding : 'unlike its lexicon';
}
