import type { Frame } from '@playwright/test'

/**
 * Wait until something is true in a frame. By a timer: a hidden frame of another origin gets no animation frames, by
 * which Playwright looks otherwise. If its first look came too early there, it would wait for ever.
 */
export const until = (frame: Frame, isSo: () => unknown): Promise<unknown> =>
  frame.waitForFunction(isSo, undefined, { polling: 20 })
