export function readStartSettings(environment: Readonly<Record<string, string | undefined>>, root: string): {
  readonly ports: { readonly app: number; readonly mirror: number; readonly relay: number; readonly directory?: number };
  readonly data: string;
  readonly directory?: string;
  readonly relays: readonly string[];
};
