import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test as base } from '@playwright/test'
import { build } from 'vite'

/** The library as a server would load it. */
const test = base.extend<object, { library: string }>({
  library: [
    async ({}, use) => {
      const outDir = await mkdtemp(join(tmpdir(), 'pixy-ssr-'))
      await build({
        configFile: false,
        logLevel: 'error',
        build: {
          outDir,
          minify: false,
          target: 'es2022',
          lib: {
            entry: join(import.meta.dirname, '../../src/index.ts'),
            formats: ['es'],
            fileName: () => 'index.mjs',
          },
        },
      })
      await use(pathToFileURL(join(outDir, 'index.mjs')).href)
      await rm(outDir, { recursive: true })
    },
    { scope: 'worker' },
  ],
})

/** Run a script in a Node process of its own, to its end; what it gives to `tell` is the result. */
async function inNode(library: string, script: string): Promise<unknown> {
  const source = `const library = ${JSON.stringify(library)}
    const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/', resources: ['/api'] }
    const tell = (what) => console.log(JSON.stringify(what))
    ${script}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: test.info().timeout / 2,
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  const [code, signal] = await once(child, 'close')
  expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: '' })
  return JSON.parse(out)
}

// Globals that only a page has, or that have an effect: each read is recorded.
const traps = `const touched = []
  for (const name of ['window', 'self', 'document', 'location', 'history', 'navigator', 'indexedDB',
    'localStorage', 'sessionStorage', 'BroadcastChannel', 'MessageChannel', 'Worker', 'SharedWorker',
    'fetch', 'Request', 'Response', 'WebSocket', 'crypto', 'addEventListener', 'setTimeout', 'setInterval',
    'setImmediate', 'requestIdleCallback'])
    Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name) } })`

test('F87: on a server importing and creating a client touch no global', async ({ library }) => {
  const said = await inNode(
    library,
    `${traps}
    const { createAuth } = await import(library)
    const afterImport = [...touched]
    const auth = createAuth(options)
    const { state } = auth
    tell({ afterImport, touched, state, same: state === auth.state })`,
  )
  expect(said).toEqual({
    afterImport: [],
    touched: ['fetch'],
    state: { status: 'loading' },
    same: true,
  })
})

test('F87: on a server start() resolves at once with loading', async ({ library }) => {
  const said = await inNode(
    library,
    `${traps}
    const { createAuth } = await import(library)
    const auth = createAuth(options)
    const heard = []
    const undo = auth.subscribe((state) => heard.push(state.status))
    let ticks = 0
    let done = false
    const started = auth.start().then((state) => { done = true; return state })
    while (!done && ticks < 20) { ticks++; await null }
    undo()
    tell({ heard, done, state: await started, again: auth.start() === auth.start(), touched: [...new Set(touched)] })`,
  )
  expect(said).toEqual({
    heard: ['loading'],
    done: true,
    state: { status: 'loading' },
    again: true,
    touched: ['fetch', 'window'],
  })
})

const calls: [call: string, code: string][] = [
  ['auth.signIn()', 'unsupported'],
  ['auth.signInUrl()', 'unsupported'],
  ["auth.fetch('/api/me')", 'unsupported'],
  ["auth.fetch('https://elsewhere.example/')", 'unsupported'],
  ['auth.getAccessToken()', 'unsupported'],
  ['auth.refresh()', 'unsupported'],
  ['auth.userInfo()', 'unsupported'],
  ['auth.signOut()', 'unsupported'],
  ['auth.signOut({ local: true })', 'unsupported'],
  ['auth.require()', 'not_signed_in'],
]

for (const [call, code] of calls)
  test(`on a server ${call} rejects with ${code}`, async ({ library }) => {
    const said = await inNode(
      library,
      `const { createAuth, isAuthError } = await import(library)
      const auth = createAuth(options)
      const error = await ${call}.then(() => undefined, (caught) => caught)
      tell({ known: isAuthError(error), code: error?.code, state: auth.state })`,
    )
    expect(said).toEqual({ known: true, code, state: { status: 'loading' } })
  })

test('on a server signIn() without a handler is no unhandled rejection', async ({ library }) => {
  const said = await inNode(
    library,
    `const { createAuth } = await import(library)
    void createAuth(options).signIn()
    process.on('exit', () => tell('still here'))`,
  )
  expect(said).toBe('still here')
})

test('on a server the library does not keep the process alive', async ({ library }) => {
  const said = await inNode(
    library,
    `const { createAuth } = await import(library)
    const auth = createAuth(options)
    auth.subscribe(() => {})
    await auth.start()
    await auth.signIn().catch(() => {})
    await auth.fetch('/api').catch(() => {})
    process.on('exit', () => tell(process.getActiveResourcesInfo().filter((it) => !/^(Pipe|TTY|FS)/.test(it))))`,
  )
  expect(said).toEqual([])
})

test('on a server a client can be disposed of', async ({ library }) => {
  const said = await inNode(
    library,
    `const { createAuth } = await import(library)
    const auth = createAuth(options)
    auth.dispose()
    await auth.start()
    auth.dispose()
    tell(auth.state)`,
  )
  expect(said).toEqual({ status: 'loading' })
})

test('on a server wrong options are refused at once, too', async ({ library }) => {
  const said = await inNode(
    library,
    `const { createAuth } = await import(library)
    try { createAuth({ ...options, issuer: 'http://id.example' }) } catch ({ code }) { tell(code) }`,
  )
  expect(said).toBe('config')
})
