import type { RequestListener } from 'node:http';

export function staticHandler(folder: string, made?: Record<string, () => string>): RequestListener;
export function listenOnLocalhost(handler: RequestListener, port: number): Promise<{ readonly port: number; close(): Promise<void> }>;
