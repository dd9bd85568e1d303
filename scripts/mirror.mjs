// `npm run mirror`: a mirror alone, as on a machine with a domain; settings as src/mirror/settings.ts has them.
await import('../src/mirror/main.ts');
