import type { Plugin } from 'vite';

export function slimAge(): Plugin;
