// Bundled for a page, which makes a house of the first version of the schema with it.
import { makeFirstHouse } from '../../support/idb-version-1.ts';

Object.assign(globalThis, { makeFirstHouse });
