import type { Tab } from './fixture.js'

/** How many frames the page has. */
export const frames = ({ page }: Tab): Promise<number> =>
  page.evaluate(() => document.querySelectorAll('iframe').length)
