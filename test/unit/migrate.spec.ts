import { spawnSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { apps, libraryOf, newApp, sample } from '../support/migrated.js'

const root = join(import.meta.dirname, '../..')

// Each runs the command, some for every library.
test.describe.configure({ timeout: 600_000 })

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
    for (const name of apps) {
      const { app } = migrated(info.outputPath(name), libraryOf(name), sample(name))
      cpSync(join(app.folder, 'src'), join(folder, name), { recursive: true })
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
    for (const name of apps) {
      const { app, files } = migrated(info.outputPath(name), libraryOf(name), sample(name))
      const again = app.run('migrate', libraryOf(name), '--force')
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

test('a choice that a person must make becomes one TODO with a link', ({}, info) => {
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

test('a token outside fetch is awaited, and an unknown URL gets a TODO', ({}, info) => {
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

test('a client that a class keeps is found, and its TODO is beside the member', ({}, info) => {
  const service = `import { UserManager } from 'oidc-client-ts'

export class Session {
  private manager: UserManager

  constructor(settings: object) {
    this.manager = new UserManager(settings)
  }

  login = () => this.manager.signinRedirect({ state: 1 })

  async token() {
    return (await this.manager.getUser())?.access_token
  }
}
`
  const { files } = migrated(info.outputPath('app'), 'oidc-client-ts', { 'service.ts': service })
  expect(lines(files['service.ts'])).toEqual([
    'export class Session {',
    '  private manager: Auth',
    '  constructor(settings: object) {',
    expect.stringMatching(/^ {4}\/\/ TODO\(pixy-auth\): Give `createAuth` its options: /),
    '    this.manager = createAuth(settings)',
    '    void this.manager.start()',
    '  }',
    expect.stringMatching(/^ {2}\/\/ TODO\(pixy-auth\): `state` came back with the user/),
    '  login = () => this.manager.signIn()',
    '  async token() {',
    '    return (await this.manager.getAccessToken())',
    '  }',
    '}',
  ])
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
