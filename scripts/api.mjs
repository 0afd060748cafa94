// Writes the page docs/api.md: every name that an app can import, with its docstring from src.
import { readFile, writeFile } from 'node:fs/promises'
import { format } from 'prettier'
import { bySpecification, codes, problemsOf } from './docstrings.mjs'
import { publicNames } from './public-names.mjs'

const root = new URL('../', import.meta.url)
const file = 'docs/api.md'

/**
 * @typedef {import('./public-names.mjs').Doc} Doc
 * @typedef {import('./public-names.mjs').Member} Member
 * @typedef {import('./public-names.mjs').PublicName} PublicName
 */

const head = `<!-- \`npm run docs\` writes this page from the docstrings of src. -->

# API reference

Every name that an app can import. [Start here](start.md) and [Frameworks](frameworks.md) show them at work, and
[Troubleshooting](troubleshooting.md#by-error-code) explains each error code. Every method is bound:
\`const { fetch } = auth\` works.`

/** The introduction of each entry. @type {Record<string, string>} */
const about = {
  'pixy-auth': 'The client.',
  'pixy-auth/react': 'The binding for React 18 and later.',
  'pixy-auth/vue': 'The binding for Vue 3.',
  'pixy-auth/native': 'The client in an app shell. See [Native](native.md).',
  'pixy-auth/inspector': 'The sequence diagram of a client. See [Inspector](inspector.md).',
  'pixy-auth/front-channel':
    'Front-channel logout. See [Session end](session-end.md#front-channel-logout).',
  'pixy-auth/testing': 'A mock client and a mock authorization server. See [Testing](testing.md).',
  'pixy-auth/with-backend':
    'A client whose tokens a backend keeps. It exports the names of `pixy-auth` that it needs, too. See [Backend](backend.md).',
  'pixy-auth/presets': 'Backends of another make. See [Backend presets](backend-presets.md).',
  'pixy-auth/backend':
    'The server side of such a client, for any runtime with web standards. See [Backend](backend.md).',
}

/** Write the page. */
export async function writeApi() {
  await writeFile(new URL(file, root), await apiText())
}

/** The text that the page should have. */
export async function apiText(names = publicNames()) {
  const problems = problemsOf(names)
  if (problems.length > 0) throw new Error([`${file}:`, ...problems].join('\n'))
  const parts = Object.entries(about).map(([entry, said]) => {
    const own = names.filter((name) => name.entry === entry)
    return [`## \`${entry}\``, said, ...own.map(nameText)].join('\n\n')
  })
  const style = JSON.parse(await readFile(new URL('.prettierrc.json', root), 'utf8'))
  const text = [head, ...parts].join('\n\n')
  return format(text, { ...style, parser: 'markdown', proseWrap: 'always' })
}

/** @param {PublicName} name */
function nameText({ name, kind, signature, doc, members }) {
  const code = kind === 'function' ? signature : `${kind} ${signature}`
  const list = bySpecification.includes(name)
    ? `Members: ${members.map(({ name, type }) => `\`${name}: ${type}\``).join(', ')}.`
    : members.map((member) => memberText(member)).join('\n')
  return [`### ${name}`, `\`${code}\``, docText(doc), list].filter(Boolean).join('\n\n')
}

/** @param {Member} member @param {string} [indent] @returns {string} */
function memberText({ name, isOptional, type, doc, members }, indent = '') {
  const said = docText(doc).replaceAll('\n', `\n${indent}  `)
  const line = `${indent}- **\`${name}\`** \`${type}\`${isOptional ? ', optional' : ''}`
  return [
    said ? `${line}. ${said}` : line,
    ...members.map((member) => memberText(member, `${indent}  `)),
  ].join('\n')
}

/** @param {Doc} doc */
function docText({ text, tags }) {
  const of = (/** @type {string} */ wanted) =>
    tags.filter(([tag]) => tag === wanted).map(([, said]) => said)
  const params = of('param').map((said) => said.replace(/^(\w+)\s+/, '`$1`: '))
  const see = of('see').map(linked)
  return [
    withCodes(text),
    params.map((said) => `- ${said}`).join('\n'),
    ...of('returns').map((said) => `Returns ${said}.`),
    ...of('throws').map((said) => `Throws ${said.replace('AuthError', 'an `AuthError`:')}.`),
    see.length > 0 ? `See ${see.join(', ')}.` : '',
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** The text, with a link to its meaning for each error code that follows “Rejects”. @param {string} text */
function withCodes(text) {
  const known = codes()
  const [before, ...after] = text.split(/(?=Rejects )/)
  const linked = after.map((part) =>
    part.replaceAll(/`(\w+)`/g, (all, code) =>
      known.has(code) ? `[${all}](troubleshooting.md#${code})` : all,
    ),
  )
  return [before, ...linked].join('')
}

const core = 'https://openid.net/specs/openid-connect-core-1_0.html'

/** The names of specifications as links. @param {string} said */
const linked = (said) =>
  said.startsWith('[')
    ? said
    : said
        .replaceAll(/https:\S+/g, '<$&>')
        .replaceAll(/RFC (\d+) section ([\d.]+\d|\d)/g, (all, number, section) => {
          return `[${all}](https://www.rfc-editor.org/rfc/rfc${number}#section-${section})`
        })
        .replaceAll(/RFC (\d{4})\b(?! section)/g, '[$&](https://www.rfc-editor.org/rfc/rfc$1)')
        .replaceAll(/OpenID Connect Core section [\d.]+\d/g, `[$&](${core})`)
