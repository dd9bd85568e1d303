import { testSyntax } from '../../test/vectors/syntax.ts';
import { isCidText, parseCidText } from './cid-text.ts';

testSyntax({ name: 'cid', is: isCidText, parse: parseCidText });
