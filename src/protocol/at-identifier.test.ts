import { testSyntax } from '../../test/vectors/syntax.ts';
import { isAtIdentifier, parseAtIdentifier } from './at-identifier.ts';

testSyntax({ name: 'atidentifier', is: isAtIdentifier, parse: parseAtIdentifier });
