import { setTimeout as sleep } from 'node:timers/promises'
import type { WebKitGTK } from '../../scripts/engines.mjs'

/** What a script in the page may be: a function with arguments as JSON, or an expression. */
export type Script<Args extends unknown[], Value> = ((...args: Args) => Value) | string

/**
 * One WebKitGTK browser with storage of its own: a session of WebDriver.
 *
 * @see [WebDriver](https://www.w3.org/TR/webdriver2/#endpoints)
 */
export class WebKit implements AsyncDisposable {
  readonly #session: string

  private constructor(session: string) {
    this.#session = session
  }

  /** Open a browser by the driver at this URL. */
  static async start(url: string, { browser }: WebKitGTK): Promise<WebKit> {
    // As Safari does, it sends no cookies of third parties then.
    const args = ['--automation', '--enable-itp']
    const alwaysMatch = {
      browserName: 'MiniBrowser',
      timeouts: { script: 10_000, pageLoad: 15_000 },
      'webkitgtk:browserOptions': { binary: browser, args },
    }
    const body = { capabilities: { alwaysMatch } }
    const { sessionId } = await send<{ sessionId: string }>('POST', `${url}/session`, body)
    return new WebKit(`${url}/session/${sessionId}`)
  }

  /** Loads a page, and waits for its `load` event. */
  async open(url: string): Promise<void> {
    await this.#post('url', { url })
  }

  url(): Promise<string> {
    return this.#get('url')
  }

  /** Opens a tab, makes it the current one and returns its name. */
  async newTab(): Promise<string> {
    const { handle } = await this.#post<{ handle: string }>('window/new', { type: 'tab' })
    await this.switchTo(handle)
    return handle
  }

  /** The name of the current tab. */
  tab(): Promise<string> {
    return this.#get('window')
  }

  async switchTo(tab: string): Promise<void> {
    await this.#post('window', { handle: tab })
  }

  /** The names of all tabs and popups. */
  tabs(): Promise<string[]> {
    return this.#get('window/handles')
  }

  /** Closes the current tab; make another tab the current one then. */
  async closeTab(): Promise<void> {
    await send('DELETE', `${this.#session}/window`)
  }

  /** Clicks as a user does: the page sees a gesture. */
  async click(selector: string): Promise<void> {
    const element = await this.#post<object>('element', { using: 'css selector', value: selector })
    await this.#post(`element/${Object.values(element)[0]}/click`, {})
  }

  text(selector: string): Promise<string | null | undefined> {
    return this.evaluate((selector) => document.querySelector(selector)?.textContent, selector)
  }

  /** Runs it in the page and awaits it there; the value comes back as JSON, an error by its message. */
  async evaluate<Args extends unknown[], Value>(
    script: Script<Args, Value>,
    ...args: Args
  ): Promise<Awaited<Value>> {
    const answer = await this.#post<Answer>('execute/async', { script: wrap(script), args })
    if (answer.error !== null) throw new Error(answer.error)
    return (answer.json === null ? undefined : JSON.parse(answer.json)) as Awaited<Value>
  }

  /** Asks the page until the answer is truthy. A page that is about to leave is asked again. */
  async waitFor<Args extends unknown[], Value>(
    script: Script<Args, Value>,
    ...args: Args
  ): Promise<Awaited<Value>> {
    const deadline = Date.now() + 60_000
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
    await send('DELETE', this.#session)
  }

  #get<Value = string>(command: string): Promise<Value> {
    return send('GET', `${this.#session}/${command}`)
  }

  #post<Value>(command: string, body: object): Promise<Value> {
    return send('POST', `${this.#session}/${command}`, body)
  }
}

/** One command to the driver. */
async function send<Value>(method: string, url: string, body?: object): Promise<Value> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  const { value } = (await response.json()) as { value: Value & { error: string; message: string } }
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`)
  return value
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
