// Writes the imports of a file, and functions that replace methods of the old library.

/** The names of pixy-auth/react, and the names of types. All other names are values of pixy-auth. */
const REACT = new Set(['AuthProvider', 'useAuth', 'SignedIn'])
const TYPES = new Set(['Auth', 'AuthOptions', 'Claims'])

/** Functions that are written into the file that needs them. */
const OWN = {
  userOf: {
    ts: '(auth: Auth) => (auth.state.status === "signed-in" ? auth.state.user : undefined)',
    js: '(auth) => (auth.state.status === "signed-in" ? auth.state.user : undefined)',
    says: 'The claims of the signed-in user.',
  },
  startedUser: {
    ts: '(auth: Auth) => auth.start().then(() => userOf(auth))',
    js: '(auth) => auth.start().then(() => userOf(auth))',
    says: 'The same, once the client has started.',
  },
}

/**
 * @param {Set<string>} needs
 * @param {readonly [name: string, from: string][]} kept names of the old library that no rule replaces
 * @param {import('./types.js').Style} style
 */
export function importText(needs, kept, { isTyped, quote, semicolon, indent }) {
  const own = Object.entries(OWN).filter(([name]) => needs.has(name))
  const all = new Set(needs)
  if (own.length > 0 && isTyped) all.add('Auth')
  const values = [...all].filter((name) => !(name in OWN)).toSorted()
  /** @type {(names: string[], from: string) => string[]} */
  const line = (names, from) =>
    names.length === 0
      ? []
      : [`import { ${names.join(', ')} } from ${quote}${from}${quote}${semicolon}`]
  const core = values.filter((name) => !REACT.has(name))
  const written = core
    .filter((name) => isTyped || !TYPES.has(name))
    .map((name) => (TYPES.has(name) ? `type ${name}` : name))
  const react = values.filter((name) => REACT.has(name))
  const old = [...new Set(kept.map(([, from]) => from))].flatMap((from) =>
    line([...new Set(kept.filter((one) => one[1] === from).map(([name]) => name))], from),
  )
  return {
    imports: [...line(written, 'pixy-auth'), ...line(react, 'pixy-auth/react'), ...old].join(
      `\n${indent}`,
    ),
    own: own
      .map(([name, { ts, js, says }]) => {
        const code = (isTyped ? ts : js).replaceAll('"', quote)
        return `\n\n${indent}/** ${says} */\n${indent}const ${name} = ${code}${semicolon}`
      })
      .join(''),
  }
}
