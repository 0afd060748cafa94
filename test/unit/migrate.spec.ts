import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { installReader, libraries, newApp, sample, withFiles } from '../support/migrated.js'

const root = join(import.meta.dirname, '../..')

/** Files of an app after a migration, and what the command said. */
function migrated(folder: string, library: string, files: Record<string, string>) {
  const app = newApp(folder, files)
  return { said: app.run('migrate', library), files: app.read(), app }
}

/** The lines of a file that are of interest. */
const lines = (text = ''): string[] =>
  text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('import '))

test.describe('sample apps', () => {
  test('compile against src after their migration', ({}, info) => {
    const folder = info.outputPath('apps')
    for (const library of libraries) {
      const { app } = migrated(info.outputPath(library), library, sample(library))
      cpSync(join(app.folder, 'src'), join(folder, library), { recursive: true })
    }
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        jsx: 'react-jsx',
        allowJs: true,
        moduleDetection: 'force',
        declaration: false,
        isolatedDeclarations: false,
        paths: {
          'pixy-auth': [join(root, 'src/index.ts')],
          'pixy-auth/react': [join(root, 'src/react.ts')],
          'react/jsx-runtime': [join(root, 'node_modules/@types/react/jsx-runtime')],
          react: [join(root, 'node_modules/@types/react')],
          'react-dom/client': [join(root, 'node_modules/@types/react-dom/client')],
        },
      },
      include: ['.'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const shell = { cwd: folder, encoding: 'utf8' } as const
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], shell)
    expect(stdout.trim()).toBe('')
  })

  test('do not change when they are migrated again', ({}, info) => {
    for (const library of libraries) {
      const { app, files } = migrated(info.outputPath(library), library, sample(library))
      const again = app.run('migrate', library, '--force')
      expect(again.text).toContain('nothing to change')
      expect(app.read()).toEqual(files)
    }
  })
})

const CLIENT = `import { UserManager } from 'oidc-client-ts'

export const manager = new UserManager({ authority: 'https://id.example.com', client_id: 'app', redirect_uri: '/' })
`

test('a file that does not use the library is not touched, byte by byte', ({}, info) => {
  const other = `// signinRedirect\nconst user = {  access_token: 1 }\n\n\n\nfetch('/x', { headers: { Authorization: \`Bearer \${user.access_token}\` } })\r\n`
  const { files } = migrated(info.outputPath('app'), 'oidc-client-ts', {
    'auth.ts': CLIENT,
    'other.js': other,
  })
  expect(files['other.js']).toBe(other)
  expect(files['auth.ts']).toContain('createAuth(')
})

test('the command says which files it changed, and what to do next', ({}, info) => {
  const { said } = migrated(info.outputPath('app'), 'oidc-client-ts', {
    'auth.ts': CLIENT,
    'other.js': 'export {}',
  })
  expect(said.code).toBe(0)
  expect(said.text).toContain('src/auth.ts: changed')
  expect(said.text).not.toContain('other.js')
  expect(said.text).toContain('npm uninstall oidc-client-ts react-oidc-context')
})

test('where a person must choose there is a TODO with a link, once', ({}, info) => {
  const use = `import { manager } from './auth'

export async function watch(listener) {
  manager.events.addUserLoaded(listener)
}
`
  const { said, files, app } = migrated(info.outputPath('app'), 'oidc-client-ts', {
    'auth.ts': CLIENT,
    'use.js': use,
  })
  const todo =
    '  // TODO(pixy-auth): `events`: `subscribe(listener)` tells of every change of the state. See node_modules/pixy-auth/docs/moving.md#oidc-client-ts-and-react-oidc-context'
  expect(lines(files['use.js'])).toEqual([
    'export async function watch(listener) {',
    todo,
    '  manager.events.addUserLoaded(listener)',
    '}',
  ])
  expect(said.text).toContain('TODO at line 4: `events`')
  app.run('migrate', 'oidc-client-ts', '--force')
  expect(app.read()).toEqual(files)
})

test('what stays of the old library keeps its import, and is not migrated twice', ({}, info) => {
  const page = `import { withAuthenticationRequired, useAuth } from 'react-oidc-context'

function Page() {
  const { user, signinRedirect } = useAuth()
  return <button onClick={() => signinRedirect({ prompt: 'login' })}>{user?.profile.sub}</button>
}
export default withAuthenticationRequired(Page)
`
  const { files, app } = migrated(info.outputPath('app'), 'react-oidc-context', {
    'page.jsx': page,
  })
  expect(files['page.jsx']).toContain(
    `import { useAuth } from 'pixy-auth/react'\nimport { withAuthenticationRequired } from 'react-oidc-context'\n`,
  )
  expect(files['page.jsx']).toContain('const { user, signIn } = useAuth()')
  expect(files['page.jsx']).toContain("onClick={() => signIn({ prompt: 'login' })}>{user?.sub}<")
  expect(files['page.jsx']?.match(/TODO/g)).toHaveLength(1)
  app.run('migrate', 'react-oidc-context', '--force')
  expect(app.read()).toEqual(files)
})

test('a token that is not sent by fetch is awaited, and a URL that is not known is asked for', ({}, info) => {
  const use = `import { manager } from './auth'

export const open = async (url) => {
  const user = await manager.getUser()
  await fetch(url, { headers: { Authorization: \`Bearer \${user.access_token}\` } })
  return new WebSocket('wss://api.example.com/?token=' + user.access_token)
}
`
  const { files } = migrated(info.outputPath('app'), 'oidc-client-ts', {
    'auth.ts': CLIENT,
    'use.js': use,
  })
  expect(files['use.js']).toContain('TODO(pixy-auth): List this API in `resources`')
  expect(files['use.js']).toContain('`Bearer ${(await manager.getAccessToken())}`')
  expect(files['use.js']).toContain(
    "'wss://api.example.com/?token=' + (await manager.getAccessToken())",
  )
})

test('a name that the app has already is not taken', ({}, info) => {
  const page = `import { useAuth0 } from '@auth0/auth0-react'

export function Page() {
  const { loginWithRedirect } = useAuth0()
  const signIn = () => loginWithRedirect()
  return <button onClick={signIn} />
}
`
  const { files } = migrated(info.outputPath('app'), 'auth0-react', { 'page.jsx': page })
  expect(files['page.jsx']).toContain('const { signIn: loginWithRedirect } = useAuth()')
  expect(files['page.jsx']).toContain('const signIn = () => loginWithRedirect()')
})

test.describe('the command refuses', () => {
  const refusal = (folder: string, files: Record<string, string>, ...args: string[]) => {
    const { run, read } = newApp(folder, files)
    const { code, text } = run(...args)
    expect(code).toBe(1)
    expect(read()).toEqual(files)
    return text.trim()
  }

  test('a library that it does not know', ({}, info) => {
    expect(refusal(info.outputPath('app'), {}, 'migrate', 'passport')).toBe(
      'It cannot migrate from "passport": only from oidc-client-ts, react-oidc-context, auth0-spa-js, auth0-react, keycloak-js, msal-browser, msal-react.',
    )
  })

  test('a command that it does not know', ({}, info) => {
    expect(refusal(info.outputPath('app'), {}, 'move')).toContain('There is no command "move".')
  })

  test('an option that it does not know', ({}, info) => {
    expect(refusal(info.outputPath('app'), {}, 'migrate', 'keycloak-js', '--dry')).toContain(
      'There is no option --dry.',
    )
  })

  test('a folder that does not exist, or has no script', ({}, info) => {
    const folder = info.outputPath('app')
    expect(refusal(`${folder}-1`, {}, 'migrate', 'keycloak-js', 'app')).toContain(
      'There is no app in',
    )
    expect(refusal(folder, {}, 'migrate', 'keycloak-js')).toBe(
      'There is no JavaScript or TypeScript file there. Name the folder of the app.',
    )
  })

  test('a file that does not parse, and changes none', ({}, info) => {
    const files = { 'auth.ts': CLIENT, 'broken.ts': 'export const = 1' }
    const text = refusal(info.outputPath('app'), files, 'migrate', 'oidc-client-ts')
    expect(text).toMatch(/^src\/broken\.ts:1 does not parse: .+ Nothing was changed\.$/)
  })

  test('files with uncommitted changes, but for --force', ({}, info) => {
    const folder = info.outputPath('app')
    const { run, read } = newApp(folder, { 'auth.ts': CLIENT })
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
        cwd: folder,
      })
    git('init', '--quiet')
    expect(run('migrate', 'oidc-client-ts')).toEqual({
      code: 1,
      text: expect.stringContaining(
        'These files have uncommitted changes: src/auth.ts. Commit or stash them',
      ),
    })
    expect(read()).toEqual({ 'auth.ts': CLIENT })
    git('add', 'src')
    git('commit', '--quiet', '--message', 'first')
    expect(run('migrate', 'oidc-client-ts').code).toBe(0)
    writeFileSync(join(folder, 'src/auth.ts'), `${CLIENT}\n`)
    expect(run('migrate', 'oidc-client-ts').code).toBe(1)
    expect(run('migrate', 'oidc-client-ts', '--force').code).toBe(0)
    expect(read()['auth.ts']).toContain('createAuth(')
  })

  test('to run without ts-morph, and says how to install it', ({}, info) => {
    const { app, run } = besideTool(info.outputPath())
    expect(run()).toEqual({
      status: 1,
      said: 'This command reads code by ts-morph, which is not installed. Run: npm install --save-dev ts-morph\n',
    })
    expect(app.read()).toEqual({ 'auth.ts': CLIENT })
  })
})

/** An app, and the command in a folder of npx. */
function besideTool(folder: string) {
  const app = withFiles(join(folder, 'app'), { 'auth.ts': CLIENT })
  const npx = join(folder, 'npx')
  const tool = join(npx, 'node_modules/pixy-auth/migrate')
  cpSync(join(root, 'migrate'), tool, { recursive: true })
  const run = () => {
    const command = [join(tool, 'main.mjs'), 'migrate', 'oidc-client-ts']
    const shell = { cwd: app.folder, encoding: 'utf8' } as const
    const { status, stdout, stderr } = spawnSync(process.execPath, command, shell)
    return { status, said: stdout + stderr }
  }
  return { app, npx, run }
}

test('npx can bring ts-morph to an app that does not have it', ({}, info) => {
  const { app, npx, run } = besideTool(info.outputPath())
  installReader(npx)
  expect(run().status).toBe(0)
  expect(app.read()['auth.ts']).toContain('createAuth(')
})

test('without a command it says how it is called', ({}, info) => {
  const { run } = newApp(info.outputPath('app'), {})
  expect(run()).toEqual({
    code: 0,
    text: expect.stringContaining('Usage: pixy-auth migrate <library>'),
  })
})

test('the manifest runs it as pixy-auth, with ts-morph as an optional peer', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object
  expect(manifest).toMatchObject({
    bin: { 'pixy-auth': 'migrate/main.mjs' },
    peerDependenciesMeta: { 'ts-morph': { optional: true } },
  })
})
