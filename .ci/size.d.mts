/**
 * Bytes: what a returning user loads before the session is shown, all there is, in one file, what
 * each binding adds to that, and the script tag's file.
 */
export function measure(): Promise<{
  start: number
  all: number
  react: number
  vue: number
  script: number
}>
export function inKilobytes(bytes: number): string
