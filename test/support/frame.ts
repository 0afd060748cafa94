import type { Frame } from '@playwright/test'

/**
 * Wait until something is true in a frame, which is checked by a timer. By default Playwright checks it at each
 * animation frame. A hidden frame of another origin gets none, so Playwright would wait for ever.
 */
export const until = (frame: Frame, isSo: () => unknown): Promise<unknown> =>
  frame.waitForFunction(isSo, undefined, { polling: 20 })
