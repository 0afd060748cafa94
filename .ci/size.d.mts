/** Bytes: what a returning user loads before the session is shown, and all there is, in one file. */
export function measure(): Promise<{ start: number; all: number }>
export function inKilobytes(bytes: number): string
