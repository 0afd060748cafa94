/**
 * Bytes: what a returning user loads before the session is shown, all there is, in one file, what
 * each binding adds to that, the file that `dpop` loads, and the script tag's.
 */
export function measure(): Promise<{
  start: number
  all: number
  react: number
  vue: number
  dpop: number
  script: number
}>
export function inKilobytes(bytes: number): string
