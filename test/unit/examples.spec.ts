// The examples of docs/testing.md, run as an app would run them.
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { expect, type TestInfo } from '@playwright/test'
import { build, preview } from 'vite'
import { block, blocks } from '../recipes/doc-snippets.js'
import { packageFolder } from '../recipes/packages.js'
import { appWithin, inNode, root, run, test as base } from '../support/installed-package.js'
import { strictly } from '../support/servers.js'

/** The quick start's component, in a file of its own. */
const home = block('docs/react.md', 'React', 'tsx')
  .code.replace(/^import \{ createRoot \}.+\n/, '')
  .replace(/^createRoot[^]+/m, '')
  .replace('function Home', 'export function Home')

/** The blocks of docs/testing.md under a heading. */
const documented = (heading: string): [first: string, second: string] => {
  const found = blocks().filter((one) => one.file === 'docs/testing.md' && one.heading === heading)
  return [found[0]?.code ?? '', found[1]?.code ?? '']
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

const test = base.extend<{ app: (files: Record<string, string>) => Promise<string> }>({
  /** An app with the quick start in it, and these files. */
  app: ({ installed }, use, info: TestInfo) =>
    use(async (files) => {
      const folder = await appWithin(info.outputPath('app'), installed)
      const auth = block('docs/frameworks.md', 'Frameworks', 'ts').code
      for (const [path, code] of Object.entries({ 'auth.ts': auth, 'Home.tsx': home, ...files })) {
        await writeFile(join(folder, path), code)
      }
      return folder
    }),
})

// Each runs a test runner of its own.
test.describe.configure({ timeout: 600_000 })

interface Report {
  testResults: { name: string; assertionResults: { status: string }[] }[]
}

test('the examples for Vitest pass, and fail with a wrong mock', async ({ app }) => {
  const [component] = documented('`mockAuth` in a component test')
  const [serve, server] = documented('`createMockServer` behind Node')
  const folder = await app({
    'Home.test.tsx': component,
    'rotten.test.tsx': component.replace(/mockAuth\(\{ user.+\)/, "mockAuth('signed-out')"),
    'serve.ts': serve,
    'serve.test.ts': server.replaceAll('4000', String(await freePort())),
  })
  const vitest = join(packageFolder('vitest'), 'vitest.mjs')
  // It fails by its exit code; what it printed is more use.
  const { stdout } = await run(process.execPath, [vitest, 'run', '--reporter=json'], {
    cwd: folder,
  }).catch((failed: { stdout: string }) => failed)
  const { testResults } = JSON.parse(stdout) as Report
  const outcomes = testResults.map(
    ({ name, assertionResults }) =>
      `${basename(name)}: ${assertionResults.map(({ status }) => status).join(', ')}`,
  )
  expect(outcomes.toSorted()).toEqual([
    'Home.test.tsx: passed, passed',
    'rotten.test.tsx: failed, passed',
    'serve.test.ts: passed',
  ])
})

test('the stories show what they are named after', async ({ app }) => {
  const [stories] = documented('`mockAuth` in Storybook')
  const folder = await app({ 'Home.stories.tsx': stories })
  const ssr = 'Home.stories.tsx'
  await build({ configFile: false, root: folder, logLevel: 'error', build: { ssr } })
  const shown = await inNode(
    folder,
    `import { renderToStaticMarkup } from 'react-dom/server'
    const { default: meta, ...stories } = await import('./dist/Home.stories.js')
    const shown = Object.entries(stories).map(([name, { render }]) => [name, renderToStaticMarkup(render())])
    console.log(JSON.stringify({ component: meta.component.name, ...Object.fromEntries(shown) }))`,
  )
  expect(shown).toEqual({
    component: 'Home',
    Loading: '<p>One moment…</p>',
    SignedOut: '<button>Sign in</button>',
    Refused:
      '<p role="status">The sign-in was cancelled, or access was denied.</p><button>Sign in</button>',
    SignedIn: '<button>Sign out Grace Hopper</button>',
    Offline: '<button>Sign out Ada Lovelace</button>',
  })
})

test('the example for Playwright passes for the quick start', async ({ app, launchOptions }) => {
  const [answer, example] = documented('`createMockServer` behind Playwright')
  const react = block('docs/react.md', 'React', 'tsx').code
  const folder = await app({
    'index.html': '<div id="root"></div><script type="module" src="/main.tsx"></script>',
    'main.tsx': react,
    'answer.ts': answer,
    'home.spec.ts': example,
  })
  const shared = { configFile: false, root: folder, logLevel: 'error' } as const
  await build(shared)
  const server = await preview({ ...shared, preview: { port: 0, headers: strictly("'none'") } })
  const use = { baseURL: server.resolvedUrls?.local[0], launchOptions }
  const config = `export default ${JSON.stringify({ use, timeout: 120_000, expect: { timeout: 60_000 } })}`
  await writeFile(join(folder, 'playwright.config.ts'), config)
  const playwright = join(root, 'node_modules/@playwright/test/cli.js')
  const { stdout } = await run(process.execPath, [playwright, 'test', '--reporter=line'], {
    cwd: folder,
  }).catch((failed: { stdout: string }) => failed)
  await server.close()
  expect(stdout).toContain('1 passed')
})
