// `npm run check -- https://host did-or-handle`: holds any server of accounts to the protocol; src/conformance does it.
await import('../src/conformance/main.ts');
