import type { Plugin } from 'vite';

export function repoWithoutNode(): Plugin;
