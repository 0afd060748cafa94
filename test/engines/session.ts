import { setTimeout as sleep } from 'node:timers/promises'
import { Builder, By, type WebDriver } from 'selenium-webdriver'
import type { WebKitGTK } from '../../.ci/engines.mjs'

// This ends what hangs, and nothing else, in milliseconds.
const limit = 60_000

/** What a script in the page may be: a function with arguments as JSON, or an expression. */
export type Script<Args extends unknown[], Value> = ((...args: Args) => Value) | string

/** One WebKitGTK browser with storage of its own, by WebDriver. */
export class WebKit implements AsyncDisposable {
  readonly #driver: WebDriver

  constructor(driver: WebDriver) {
    this.#driver = driver
  }

  static async start(url: string, { browser }: WebKitGTK): Promise<WebKit> {
    const driver = await new Builder()
      .disableEnvironmentOverrides()
      .usingServer(url)
      .withCapabilities({
        browserName: 'MiniBrowser',
        'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
      })
      .build()
    await driver.manage().setTimeouts({ script: limit, pageLoad: limit, implicit: limit })
    return new WebKit(driver)
  }

  async open(url: string): Promise<void> {
    await this.#driver.get(url)
  }

  url(): Promise<string> {
    return this.#driver.getCurrentUrl()
  }

  /** Opens a tab, makes it the current one and returns its name. */
  async newTab(): Promise<string> {
    await this.#driver.switchTo().newWindow('tab')
    return this.tab()
  }

  /** The name of the current tab. */
  tab(): Promise<string> {
    return this.#driver.getWindowHandle()
  }

  /** All tabs and popups. */
  tabs(): Promise<string[]> {
    return this.#driver.getAllWindowHandles()
  }

  async switchTo(tab: string): Promise<void> {
    await this.#driver.switchTo().window(tab)
  }

  /** Closes the current tab: switch to another one next. */
  async close(): Promise<void> {
    await this.#driver.close()
  }

  async click(selector: string): Promise<void> {
    await this.#driver.findElement(By.css(selector)).click()
  }

  async fill(selector: string, text: string): Promise<void> {
    await this.#driver.findElement(By.css(selector)).sendKeys(text)
  }

  text(selector: string): Promise<string> {
    return this.#driver.findElement(By.css(selector)).getText()
  }

  /** Runs it in the page and awaits it there; the value comes back as JSON, an error by its message. */
  async evaluate<Args extends unknown[], Value>(
    script: Script<Args, Value>,
    ...args: Args
  ): Promise<Awaited<Value>> {
    const answer = await this.#driver.executeAsyncScript<Answer>(wrap(script), ...args)
    if (answer.error !== null) throw new Error(answer.error)
    return (answer.json === null ? undefined : JSON.parse(answer.json)) as Awaited<Value>
  }

  /** Asks the page until the answer is truthy. A page on its way to another one is asked again. */
  async waitFor<Args extends unknown[], Value>(
    script: Script<Args, Value>,
    ...args: Args
  ): Promise<Awaited<Value>> {
    const deadline = Date.now() + limit
    let last: unknown
    while (Date.now() < deadline) {
      try {
        const value = await this.evaluate(script, ...args)
        if (value) return value
        last = value
      } catch (error) {
        last = error
      }
      await sleep(50)
    }
    throw new Error(`the page never got to: ${String(script)}\nlast answer: ${String(last)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver.quit()
  }
}

interface Answer {
  json: string | null
  error: string | null
}

// Spelled out in the script itself: `eval` in the page would fall to its content security policy.
function wrap(script: unknown): string {
  const code = typeof script === 'string' ? `() => (${script})` : String(script)
  return `
    const args = [...arguments]
    const done = args.pop()
    const json = (value) => done({ json: JSON.stringify(value) ?? null, error: null })
    const error = (e) => done({ json: null, error: e?.message ? e.name + ': ' + e.message : String(e) })
    Promise.resolve().then(() => (${code})(...args)).then(json).catch(error)`
}
