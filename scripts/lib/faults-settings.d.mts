export const isAll: boolean;
export const seed: number;
export const wanted: readonly { readonly operation: string; readonly kind?: string; readonly at?: number }[] | undefined;
