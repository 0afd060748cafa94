import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test as base } from '@playwright/test'

const script = fileURLToPath(new URL('../../demo/start.mjs', import.meta.url))

/** `npm start` in a terminal. */
class Terminal {
  readonly #child
  #out = ''
  #err = ''
  readonly #started: Promise<void>
  readonly ended: Promise<{ code: number | null; out: string; err: string }>

  constructor(env: Record<string, string> = {}) {
    const { PORT: _, ...rest } = process.env
    this.#child = spawn(process.execPath, [script], { env: { ...rest, ...env } })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#err += text))
    this.#started = new Promise((resolve) => {
      this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
        this.#out += text
        if (this.#out.includes('Stop with')) resolve()
      })
    })
    this.ended = once(this.#child, 'close').then(([code]) => ({
      code: code as number | null,
      out: this.#out,
      err: this.#err,
    }))
  }

  /** The URLs that it prints, once it says how to stop it. */
  async urls(): Promise<string[]> {
    await Promise.race([this.#started, this.ended])
    expect(this.#out, this.#err).toContain('Stop with')
    return this.#out.match(/http:\/\/\S+/g) ?? []
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }
}

const test = base.extend<{ start: (env?: Record<string, string>) => Terminal; taken: number }>({
  start: async ({}, use) => {
    const terminals: Terminal[] = []
    await use((env) => {
      const terminal = new Terminal(env)
      terminals.push(terminal)
      return terminal
    })
    for (const terminal of terminals) terminal.signal('SIGKILL')
    await Promise.all(terminals.map(({ ended }) => ended))
  },
  /** A port in use. */
  taken: async ({}, use) => {
    const server = createServer().listen(0, 'localhost')
    await once(server, 'listening')
    await use((server.address() as AddressInfo).port)
    server.close()
  },
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`it prints three URLs that answer, and ends without a word on ${signal}`, async ({
    start,
  }) => {
    const terminal = start()
    const [app = '', issuer = '', api = '', ...more] = await terminal.urls()
    expect(more).toEqual([])
    const page = await (await fetch(app)).text()
    expect(page).toContain('<title>pixy-auth demo: TypeScript</title>')
    for (const [, path = ''] of page.matchAll(/href="(\/\w+\/)"/g))
      expect((await fetch(app + path)).status, path).toBe(200)
    expect((await fetch(`${app}/nothing`)).status).toBe(404)
    const metadata = await fetch(`${issuer}/.well-known/openid-configuration`)
    expect(await metadata.json()).toMatchObject({ issuer })
    expect((await fetch(`${api}/api/me`)).status).toBe(401)
    terminal.signal(signal)
    expect(await terminal.ended).toMatchObject({ code: 0, err: '' })
    await expect(fetch(app)).rejects.toThrow('fetch failed')
  })
}

test('PORT says where the app is', async ({ start }) => {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const terminal = start({ PORT: String(port) })
  expect(await terminal.urls()).toContain(`http://localhost:${port}`)
})

test('a port in use is refused in one line that names the remedy', async ({ start, taken }) => {
  const { code, out, err } = await start({ PORT: String(taken) }).ended
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err.trim()).toBe(
    `Port ${taken} is in use. Leave PORT out to get a free one, or name another: PORT=${taken + 1} npm start`,
  )
})

for (const PORT of ['abc', '0', '-1', '65536', '80.5', ' ']) {
  test(`PORT="${PORT}" is refused in one line that names the remedy`, async ({ start }) => {
    const { code, out, err } = await start({ PORT }).ended
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err.trim()).toBe(
      `PORT is "${PORT}", which is no port. Use a number from 1024 to 65535, or leave it out.`,
    )
  })
}
