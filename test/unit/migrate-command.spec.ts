import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { installReader, newApp, withFiles } from '../support/migrated.js'

const root = join(import.meta.dirname, '../..')

test.describe.configure({ timeout: 600_000 })

const CLIENT = `import { UserManager } from 'oidc-client-ts'

export const manager = new UserManager({ authority: 'https://id.example.com', client_id: 'app', redirect_uri: '/' })
`

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
    for (const [name, code, line] of [
      ['Script.vue', '\n<script>\n\nexport const = 1</script>', ':4'],
      ['Tag.vue', '<template><p></template>', ''],
      ['Tag.svelte', '<p>{#if}</p>', ''],
    ] as const)
      expect(
        refusal(
          info.outputPath(name),
          { 'auth.ts': CLIENT, [name]: code },
          'migrate',
          'oidc-client-ts',
        ),
      ).toMatch(new RegExp(`^src/${name}${line} does not parse: .+ Nothing was changed\\.$`, 's'))
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

  test('a component that it cannot read, and says what to install', ({}, info) => {
    const { app, npx, run } = besideTool(info.outputPath())
    installReader(npx)
    writeFileSync(join(app.folder, 'src/App.svelte'), '<p />')
    expect(run()).toEqual({
      status: 1,
      said: 'This command reads .svelte files by svelte/compiler, which is not installed. Run: npm install\n',
    })
    expect(app.read()['auth.ts']).toBe(CLIENT)
  })
})

/** An app, and the command in a folder of npx. */
function besideTool(folder: string) {
  const app = withFiles(join(folder, 'app'), { 'auth.ts': CLIENT })
  const npx = join(folder, 'npx')
  const tool = join(npx, 'node_modules/pixy-auth/scripts/migrate')
  cpSync(join(root, 'scripts/migrate'), tool, { recursive: true })
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

test('without an argument the command prints its usage', ({}, info) => {
  const { run } = newApp(info.outputPath('app'), {})
  expect(run()).toEqual({
    code: 0,
    text: expect.stringContaining('Usage: pixy-auth migrate <library>'),
  })
})

test('package.json names it pixy-auth, with ts-morph as an optional peer', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object
  expect(manifest).toMatchObject({
    bin: { 'pixy-auth': 'scripts/migrate/main.mjs' },
    peerDependenciesMeta: { 'ts-morph': { optional: true } },
  })
})
