import { expect, type BrowserContext, type Page } from '@playwright/test'
import type { Demo } from '../../demo/servers.js'

/** Every error that a page of this context logs or throws. */
export function complaintsOf(context: BrowserContext): string[] {
  const complaints: string[] = []
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(error.error().message))
  return complaints
}

/** The requests of this context's pages to an origin, such as `POST /token`, without preflights. */
export function requestsTo(context: BrowserContext, origin: string): string[] {
  const requests: string[] = []
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (url.origin === origin && request.method() !== 'OPTIONS')
      requests.push(`${request.method()} ${url.pathname}`)
  })
  return requests
}

/** Expect that the page is no wider than its window. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ])
  expect(content, `the width of ${page.url()}`).toBeLessThanOrEqual(window ?? 0)
}

/** Whether the page has dark text on a light background, or light text on a dark one. */
export function lightness(page: Page): Promise<'light' | 'dark' | 'unreadable'> {
  return page.evaluate(() => {
    const { backgroundColor, color } = getComputedStyle(document.body)
    const [ground = 0, ink = 0] = [backgroundColor, color].map((rgb) => {
      const [red = 0, green = 0, blue = 0] = rgb.match(/[\d.]+/g)?.map(Number) ?? []
      return red + green + blue
    })
    if (Math.abs(ground - ink) < 400) return 'unreadable'
    return ground > ink ? 'light' : 'dark'
  })
}

/** A person at the pages of the demo's authorization server. */
export class Person {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true })
  }

  link(name: string) {
    return this.page.getByRole('link', { name, exact: true })
  }

  heading(name: string) {
    return this.page.getByRole('heading', { name, exact: true })
  }

  /** Enter a name at the sign-in page. */
  async identify(name: string): Promise<void> {
    await expect(this.heading('Sign in')).toBeVisible()
    await this.page.getByLabel('Name').fill(name)
    await this.button('Sign in').click()
  }

  /** Allow what the consent page lists. The server shows this page only for `offline_access`. */
  async allow(): Promise<void> {
    await expect(this.heading('Allow Pixy demo?')).toBeVisible()
    await expect(this.page.getByText('offline_access')).toBeVisible()
    await this.button('Allow').click()
  }

  /** Enter a second factor, and give the consent again. */
  async confirm(): Promise<void> {
    await expect(this.heading('Confirm that it is you')).toBeVisible()
    await this.button('Confirm').click()
    await this.allow()
  }

  async cancel(): Promise<void> {
    await this.page.getByRole('link', { name: 'Cancel' }).click()
  }
}

/** A person in front of one of the demo's apps. */
export class Visitor extends Person {
  readonly #url: string

  constructor(page: Page, demo: Demo, app = 'typescript') {
    super(page)
    this.#url = `${demo.app}/${app}/`
  }

  async open(): Promise<void> {
    await this.page.goto(this.#url)
    await expect(this.heading('One moment…')).toBeHidden()
  }

  async signIn(name = 'Ada Lovelace'): Promise<void> {
    await this.button('Sign in').click()
    await this.identify(name)
    await this.allow()
    await this.isGreetedAs(name)
  }

  async isGreetedAs(name: string): Promise<void> {
    await expect(this.page.getByText('Signed in as')).toBeVisible()
    await expect(this.heading(name)).toBeVisible()
  }

  async isSignedOut(): Promise<void> {
    await expect(this.heading('You are signed out')).toBeVisible()
    await expect(this.button('Sign in')).toBeEnabled()
  }

  async reads(line: string): Promise<void> {
    await expect(this.page.getByRole('log')).toContainText(line)
  }

  async callsTheApi(): Promise<void> {
    await this.button('Call GET /api/me').click()
    await expect(this.answer()).toContainText('expiresAt')
  }

  answer() {
    return this.page.locator('pre:visible')
  }
}
