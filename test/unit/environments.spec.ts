// Where a test or a script may load the package: the table is in docs/environments.md.
import { expect } from '@playwright/test'
import { resolveConfig } from '../../src/config.js'
import { inNode, run, test } from '../support/installed-package.js'

/** What Jest's environment for jsdom has, and lacks. */
const jsdom = `
  const page = { baseURI: 'http://localhost/' }
  Object.assign(globalThis, { window: globalThis, document: page, location: new URL(page.baseURI) })
  for (const name of ['crypto', 'fetch', 'Request', 'Response', 'TextEncoder', 'structuredClone', 'BroadcastChannel'])
    Object.defineProperty(globalThis, name, { value: undefined })`

test('without WebCrypto every call says that the test environment has none', async ({
  installed,
}) => {
  const said = await inNode(
    installed.folder,
    `${jsdom}
    const { createAuth } = await import('pixy-auth')
    const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/', resources: ['/api'] }
    const auth = createAuth(options)
    const { error } = await auth.start()
    const calls = [auth.signIn(), auth.signInUrl(), auth.fetch('/api'), auth.getAccessToken(), auth.signOut()]
    const settled = await Promise.allSettled(calls)
    console.log(JSON.stringify([error, ...settled.map(({ reason }) => reason)].map(({ code, message, hint }) => [code, message, hint].join(' '))))`,
  )
  const named = expect.stringMatching(
    /^insecure_context .+ In a test without WebCrypto use `mockAuth`/,
  )
  expect(said).toEqual(Array(6).fill(named))
})

test('without WebCrypto mockAuth works', async ({ installed }) => {
  const said = await inNode(
    installed.folder,
    `${jsdom}
    const { mockAuth } = await import('pixy-auth/testing')
    const auth = mockAuth()
    await auth.signOut()
    console.log(JSON.stringify(auth.state))`,
  )
  expect(said).toEqual({ status: 'signed-out' })
})

test('CommonJS requires every entry', async ({ installed }) => {
  const source = `
    const entries = ['pixy-auth', 'pixy-auth/react', 'pixy-auth/vue', 'pixy-auth/testing']
    console.log(JSON.stringify(entries.map((entry) => Object.keys(require(entry)).length > 0)))`
  const { stdout, stderr } = await run(
    process.execPath,
    ['--input-type=commonjs', '--eval', source],
    { cwd: installed.folder },
  )
  expect(JSON.parse(stdout)).toEqual([true, true, true, true])
  expect(stderr).toBe('')
})

for (const base of ['about:srcdoc', 'chrome-extension://abcdef/popup.html', 'file:///app.html'])
  test(`a page at ${base} cannot be a redirect target`, () => {
    const given = { issuer: 'https://id.example', clientId: 'app' }
    for (const redirectUri of ['/', 'https://app.example/'])
      expect(() => resolveConfig({ ...given, redirectUri }, base)).toThrow('Open it by https.')
  })
