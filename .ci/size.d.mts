/** Bytes: what a returning user loads before the session is shown, all there is, in one file, and what each binding adds to that. */
export function measure(): Promise<{ start: number; all: number; react: number; vue: number }>
export function inKilobytes(bytes: number): string
