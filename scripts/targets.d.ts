export const TARGETS: Readonly<Record<string, { triple: string; machine: string }>>;
export function fileOf(target: string): string;
