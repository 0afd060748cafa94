const mark = '…'

// Names of parameters whose values are secrets, or lead to one.
const secret =
  /^(code(_verifier|_challenge)?|state|nonce|token|client_(secret|assertion)|(access|refresh|id)_token(_hint)?)$/

/** The secrets among the parameters of a request or the members of an answer. */
export const secretsIn = (params: Iterable<readonly [string, unknown]>): string[] =>
  [...params].flatMap(([name, value]) =>
    secret.test(name) && typeof value === 'string' ? [value] : [],
  )

const tokenLike = /eyJ[\w-]{9,}|[\w~+=-]{24,}/g
export const isUuid = (value: unknown): value is string =>
  typeof value === 'string' && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)

/** Strike out random text, and JSON in base64url, but not a UUID: servers use these to name their requests. */
const strikeTokenLike = (run: string): string => (/\d|^eyJ/.test(run) && !isUuid(run) ? mark : run)

const escaped = /%([\da-f]{2})|\\u([\da-f]{4})|&#x([\da-f]{1,4});|&#(\d{1,5});/gi

/**
 * Only the letters and digits of a text, with its encodings undone, so that encodings and line breaks hide
 * nothing.
 */
function bare(text: string): string {
  let plain = text
  for (let times = 0; times < 3; times++)
    plain = plain.replace(escaped, (_all, percent, unicode, hex, decimal) =>
      String.fromCharCode(Number(decimal ?? `0x${percent ?? unicode ?? hex}`)),
    )
  return plain.replace(/[^a-z\d]/gi, '').toLowerCase()
}

/** Whether a text holds a value, or so much of it that it would give it away. */
function holds(text: string, value: string): boolean {
  const plain = bare(text)
  const sought = bare(value)
  const size = Math.min(16, sought.length)
  const starts = Array.from(sought.slice(size - 1), (_char, at) => at)
  return size > 5 && starts.some((at) => plain.includes(sought.slice(at, at + size)))
}

/**
 * A text of a server, without the secrets that were sent to it and without what looks like a token: errors are
 * shown, stored and logged. If a secret is in the text in another form, nothing of the text is left.
 */
export function withoutSecrets(text: string, sent: readonly string[]): string {
  const secrets = sent.filter(({ length }) => length > 3)
  const plain = secrets
    .reduce((left, value) => left.replaceAll(value, mark), text.slice(0, 4096))
    .replace(tokenLike, strikeTokenLike)
  return secrets.some((value) => holds(plain, value)) ? mark : plain
}
