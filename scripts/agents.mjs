// Writes two files for coding agents: llms.txt, the list of pages, and SKILL.md, ten tasks with their code. Both are
// made from README.md and docs, so that they say the same.
import { readFile, writeFile } from 'node:fs/promises'
import { format } from 'prettier'

const root = new URL('../', import.meta.url)

/** @param {string} file */
const read = (file) => readFile(new URL(file, root), 'utf8')

/**
 * @typedef {object} Task
 * @property {string} title
 * @property {string} says what to do, in a sentence or two
 * @property {[file: string, heading: string, language: string]} [code] the first block in this language below the heading
 * @property {string} more the page to read
 */

/** @type {Task[]} */
const tasks = [
  {
    title: 'Add sign-in to an app',
    says: 'Make one client in a module of its own, outside of all components, and import it before the router is made. There is no callback route.',
    code: ['docs/start.md', 'Make one client', 'ts'],
    more: 'docs/start.md',
  },
  {
    title: 'Configure it for a server',
    says: 'Find the section of the server: what to register, the options, the traps. Without discovery write the two endpoints.',
    code: ['docs/providers.md', 'Any other server', 'ts'],
    more: 'docs/providers.md',
  },
  {
    title: 'Show the user in React',
    says: 'Render a placeholder while `isLoading`, and a button that calls `signIn()` while signed out.',
    code: ['docs/react.md', 'React', 'tsx'],
    more: 'docs/react.md',
  },
  {
    title: 'Protect a route',
    says: 'Guard it with `auth.require()` in a loader, with `<SignedIn required>`, or in Vue Router with `authGuard`. Give the error page a button that calls `signIn()`.',
    code: ['docs/react.md', 'React Router', 'tsx'],
    more: 'docs/react.md#react-router',
  },
  {
    title: 'Use it in Vue',
    says: 'Install the plugin; components call `useAuth()`.',
    code: ['docs/vue.md', 'Vue', 'ts'],
    more: 'docs/vue.md',
  },
  {
    title: 'Call an API',
    says: 'List the API in `resources`, and call it by `auth.fetch`. Libraries such as ky and axios take it as their `fetch`.',
    code: ['docs/fetch.md', 'ky', 'ts'],
    more: 'docs/fetch.md',
  },
  {
    title: 'Sign out',
    says: 'One call ends the session in every tab, revokes its refresh token and signs out at the server.',
    code: ['docs/start.md', 'Sign out', 'ts'],
    more: 'docs/start.md#sign-out',
  },
  {
    title: 'Keep the user signed in for longer',
    says: 'The server must give a refresh token. Some want `offline_access` in `scope`, some refuse that scope.',
    more: 'docs/start.md#refresh-tokens',
  },
  {
    title: 'Test a component without a server',
    says: 'Give the provider a `mockAuth`. For whole flows there is `createMockServer`.',
    code: ['docs/testing.md', '`mockAuth` in a component test', 'tsx'],
    more: 'docs/testing.md',
  },
  {
    title: 'Find out why it fails',
    says: 'Print `code` and `hint` of `state.error` and `state.stale`, and look the code up. `npx pixy-auth migrate` replaces another library: see docs/moving.md.',
    code: ['docs/troubleshooting.md', 'Troubleshooting', 'ts'],
    more: 'docs/troubleshooting.md#by-error-code',
  },
]

const rules = [
  'Never put a token into a variable, a store, a header or a log: `auth.fetch` adds it.',
  'Never call `signIn()` on load. Call it on a click, and `require()` in a guard.',
  'Do not write a callback page, a refresh timer or a hidden iframe.',
  'Do not retry or catch a 401: `auth.fetch` has refreshed and retried once.',
  'Do not compare messages of errors: compare `error.code`, narrowed by `isAuthError`.',
  'Do not set a client secret. Register a public client.',
]

/** The first sentence of the README. */
const summary = async () => {
  const [, sentence = ''] = /^# .+\n\n([^]+?)\n\n/.exec(await read('README.md')) ?? []
  return sentence.replaceAll('\n', ' ')
}

/** The rows of docs/README.md: question, title, file. */
async function pages() {
  const rows = (await read('docs/README.md')).matchAll(/^\| (.+?) +\| \[(.+?)\]\((.+?)\) +\|$/gm)
  return [...rows].map(([, question, title, file]) => ({ question, title, file }))
}

/** @param {NonNullable<Task['code']>} code */
async function blockOf([file, heading, language]) {
  const text = await read(file)
  const start = text.search(new RegExp(`^#+ ${heading}$`, 'm'))
  const fence = new RegExp(`^\`\`\`${language}\\n[^]*?^\`\`\`$`, 'm')
  const [block] = fence.exec(start < 0 ? '' : text.slice(start)) ?? []
  if (!block) throw new Error(`${file} has no ${language} under "${heading}"`)
  return block
}

/** What llms.txt should say. @see https://llmstxt.org */
export async function llmsText() {
  const list = (await pages()).map(
    ({ question, title, file }) => `- [${title}](docs/${file}): ${question}`,
  )
  const skill = '- [Skill](SKILL.md): ten tasks with their code, and what not to do.'
  const parts = [
    '# pixy-auth',
    `> ${await summary()}`,
    '## Tasks',
    skill,
    '## Docs',
    list.join('\n'),
  ]
  return `${parts.join('\n\n')}\n`
}

/** What SKILL.md should say. */
export async function skillText() {
  const head = `---
name: pixy-auth
description: Add OAuth 2.0 or OpenID Connect sign-in to a single-page app with pixy-auth, guard routes, call APIs with tokens, sign out, test, and explain its errors.
---

<!-- \`npm run docs\` writes this page from the other documents. -->

# pixy-auth

${await summary()} Names and defaults: [API reference](docs/api.md).

## Rules

${rules.map((rule) => `- ${rule}`).join('\n')}`
  const parts = await Promise.all(
    tasks.map(async ({ title, says, code, more }, index) => {
      const block = code ? await blockOf(code) : ''
      return [`## ${index + 1}. ${title}`, `${says} More: [${more}](${more}).`, block].join('\n\n')
    }),
  )
  const style = JSON.parse(await read('.prettierrc.json'))
  const text = [head, ...parts].join('\n\n')
  return format(text, { ...style, parser: 'markdown', proseWrap: 'always' })
}

/** Write both. */
export async function writeAgents() {
  await writeFile(new URL('llms.txt', root), await llmsText())
  await writeFile(new URL('SKILL.md', root), await skillText())
}
