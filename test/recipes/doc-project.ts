// The pieces of the documentation as an app's code, in a folder that a compiler or a linter reads.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { block, blocks, type Block } from './doc-snippets.js'
import { linkPackages } from './packages.js'

const root = join(import.meta.dirname, '../..')

/** Against the sources of the package. */
const project = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: {
    types: ['node'],
    jsx: 'react-jsx',
    moduleDetection: 'force',
    allowJs: true,
    checkJs: true,
    declaration: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    paths: {
      'pixy-auth': [join(root, 'src/index.ts')],
      'pixy-auth/backend': [join(root, 'src/backend/index.ts')],
      'pixy-auth/with-backend': [join(root, 'src/with-backend/index.ts')],
      'pixy-auth/native': [join(root, 'src/native/index.ts')],
      'pixy-auth/testing': [join(root, 'src/testing/index.ts')],
      'pixy-auth/*': [join(root, 'src/*.ts')],
    },
  },
  include: ['.', join(root, 'test/recipes/modules.d.ts')],
}

/** The files that the blocks import. */
const beside = (): Record<string, string> => ({
  'auth.ts': block('docs/frameworks.md', 'Frameworks', 'ts').code,
  'answer.ts': block('docs/testing.md', '`createMockServer` behind Playwright', 'ts').code,
  'serve.ts': block('docs/testing.md', '`createMockServer` behind Node', 'ts').code,
  'Home.tsx': 'export const Home = () => <p />',
  'router.tsx': block('docs/react.md', 'React Router', 'tsx').code,
  'backend.ts': block('docs/backend-store.md', 'Redis', 'ts').code,
  'node.ts': block('docs/backend-servers.md', 'Node', 'ts').code,
  'paths.ts': 'export type paths = Record<never, never>',
})

/** Blocks of the README that make no client use that of its first block. */
const whole = ({ file, code }: Block): string =>
  file === 'README.md' && !/const auth\b|import \{ auth \}/.test(code)
    ? `${code}import { auth } from './auth'`
    : code

const typescript = join(root, 'node_modules/typescript/bin/tsc')

/** Every piece of TypeScript. */
export const typed = (): Block[] => blocks().filter(({ language }) => /^tsx?$/.test(language))

/** What a compiler, or a linter, says of these blocks, by file and line of the documents. */
export function complaints(given: readonly Block[], folder: string, tool = typescript): string[] {
  const nameOf = ({ file, line, language }: Block): string =>
    `${basename(file, '.md')}-${line}.${language}`
  linkPackages(folder)
  for (const one of given) writeFileSync(join(folder, nameOf(one)), whole(one))
  for (const [name, code] of Object.entries(beside())) writeFileSync(join(folder, name), code)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project))
  const { stdout, stderr } = spawnSync(process.execPath, [tool, '-p', '.', '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '')
  return lines.map((said) =>
    said.replace(/^(\S+)\((\d+),\d+\)/, (place, name: string, line: string) => {
      const found = given.find((one) => nameOf(one) === name)
      return found ? `${found.file}:${found.line + Number(line) - 1}` : place
    }),
  )
}
