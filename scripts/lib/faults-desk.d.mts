export function bundled(file: string, external?: readonly (string | RegExp)[]): Promise<string>;
