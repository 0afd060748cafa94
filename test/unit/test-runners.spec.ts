// The test runners of docs/environments.md, each run as an app runs it.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { block } from '../recipes/doc-snippets.js'
import { packageFolder } from '../recipes/packages.js'
import { appWithin, run, test } from '../support/installed-package.js'

// Each runs a test runner of its own.
test.describe.configure({ timeout: 600_000 })

interface Report {
  testResults: { message: string; assertionResults: { title: string; status: string }[] }[]
}

/** An app's tests: a mock as a component shows it, then a client. */
const tests = (state: string, imports = ''): string => `${imports}
import { createAuth } from 'pixy-auth'
import { mockAuth } from 'pixy-auth/testing'
import { AuthProvider, useAuth } from 'pixy-auth/react'
import { act, createElement } from 'react'

globalThis.IS_REACT_ACT_ENVIRONMENT = true
const Who = () => useAuth().user?.name ?? 'none'

async function shown(app) {
  if (!globalThis.document) return (await import('react-dom/server')).renderToStaticMarkup(app)
  const { createRoot } = await import('react-dom/client')
  const place = document.createElement('p')
  await act(() => createRoot(place).render(app))
  return place.textContent
}

test('mockAuth', async () => {
  const auth = mockAuth({ user: { sub: 'user-1', name: 'Grace Hopper' } })
  const app = createElement(AuthProvider, { auth }, createElement(Who))
  expect(await shown(app)).toBe('Grace Hopper')
  await auth.signOut()
  expect(await shown(app)).toBe('none')
})

test('createAuth', async () => {
  const auth = createAuth({ issuer: 'https://id.example', clientId: 'app', redirectUri: '/' })
  const { status, error } = await auth.start()
  expect([status, error?.code]).toEqual(${state})
})
`

/** Where there is a page: a sign-in that would leave it. */
const leaving = `
test('signIn', async () => {
  const [authorization_endpoint, token_endpoint] = ['https://id.example/a', 'https://id.example/t']
  const server = { authorization_endpoint, token_endpoint }
  const auth = createAuth({ server, clientId: 'app', redirectUri: '/', scope: 'read' })
  let outcome = 'pending'
  auth.signIn().then(() => (outcome = 'done'), (error) => (outcome = error.code))
  const stored = () => {
    const keys = Array.from({ length: sessionStorage.length }, (_, at) => sessionStorage.key(at))
    return keys.map((key) => sessionStorage.getItem(key)).join()
  }
  await vi.waitFor(() => expect(stored() + outcome).toMatch(/codeVerifier.*pending/))
  await new Promise((turn) => setTimeout(turn))
  expect(outcome).toBe('pending')
})
`

const whole = ({ testResults }: Report): string[] =>
  testResults.flatMap(({ message, assertionResults }) => [
    ...assertionResults.map(({ title, status }) => `${title}: ${status}`),
    ...(message ? [message] : []),
  ])

/** As it is set where an app runs its tests. */
const env = { ...process.env, NODE_ENV: 'test' }

const both = ['mockAuth: passed', 'createAuth: passed']

for (const [environment, state] of [
  ['node', "['loading', undefined]"],
  ['jsdom', "['signed-out', undefined]"],
  ['happy-dom', "['signed-out', undefined]"],
] as const)
  test(`Vitest with ${environment} runs mockAuth, and a client as documented`, async ({
    installed,
  }, info) => {
    const app = await appWithin(info.outputPath('app'), installed)
    const imports = "import { expect, test, vi } from 'vitest'"
    const hasPage = environment !== 'node'
    const source = tests(state, imports) + (hasPage ? leaving : '')
    await writeFile(join(app, 'auth.test.js'), source)
    const vitest = join(packageFolder('vitest'), 'vitest.mjs')
    const args = ['run', '--environment', environment, '--reporter=json']
    // It fails by its exit code; what it printed is more use.
    const { stdout } = await run(process.execPath, [vitest, ...args], { cwd: app, env }).catch(
      (failed: { stdout: string }) => failed,
    )
    const all = hasPage ? [...both, 'signIn: passed'] : both
    expect(whole(JSON.parse(stdout) as Report)).toEqual(all)
  })

test('Jest with jsdom runs mockAuth, and a client says what is missing', async ({
  installed,
}, info) => {
  const app = await appWithin(info.outputPath('app'), installed)
  await writeFile(join(app, 'auth.test.js'), tests("['signed-out', 'insecure_context']"))
  await writeFile(join(app, 'jest.config.js'), block('docs/environments.md', 'Tests', 'js').code)
  // What every app has that writes its tests as modules.
  const plugins = ['transform-modules-commonjs', 'transform-dynamic-import']
  const babel = { plugins: plugins.map((name) => `@babel/plugin-${name}`) }
  await writeFile(join(app, 'babel.config.json'), JSON.stringify(babel))
  const jest = join(packageFolder('jest'), 'bin/jest.js')
  const { stdout } = await run(process.execPath, [jest, '--json', '--no-cache', '-i'], {
    cwd: app,
    env,
  }).catch((failed: { stdout: string }) => failed)
  expect(whole(JSON.parse(stdout) as Report)).toEqual(both)
})
