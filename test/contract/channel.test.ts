import { test } from 'node:test';
import { loopbackChannels } from '../../src/bridge/loopback/index.ts';
import { channelContract } from '../../src/testing/index.ts';

for (const { name, run } of channelContract) test(`loopback: ${name}`, () => run(loopbackChannels()));
