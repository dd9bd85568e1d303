import type { RequestListener } from 'node:http';

export function staticHandler(folder: string): RequestListener;
export function listenOnLocalhost(handler: RequestListener, port: number): Promise<{ readonly port: number; close(): Promise<void> }>;
