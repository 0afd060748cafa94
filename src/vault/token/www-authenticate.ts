import { own } from '../../lib/own.js'

/** What a server asks for in `WWW-Authenticate`. Names of parameters are in lower case. */
export interface Challenge {
  readonly scheme: string
  readonly params: Readonly<Record<string, string>>
}

// A name with its value, which may be quoted, or a name alone: the scheme of the next challenge.
const part = /([^\s,="]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s,"]*)))?/g

/**
 * The challenges of a response, in their order. A header that breaks the grammar is read as far as
 * it makes sense; a header that CORS hides counts as none.
 *
 * @see [RFC 9110 §11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1)
 */
export function challengesOf({ headers }: Pick<Response, 'headers'>): readonly Challenge[] {
  const header = headers.get('www-authenticate') ?? ''
  const challenges: Writable[] = []
  for (const [, name = '', quoted, plain] of header.matchAll(part)) {
    const value = plain ?? quoted?.replaceAll(/\\(.)/g, '$1')
    if (value === undefined) challenges.push(challenge(name))
    else addParam(challenges, name.toLowerCase(), value)
  }
  return challenges
}

type Writable = Challenge & { readonly params: Record<string, string> }

const challenge = (scheme: string): Writable => ({ scheme, params: own({}) })

/** The first value of a name counts. Parameters before any scheme are a challenge too. */
function addParam(challenges: Writable[], name: string, value: string): void {
  if (challenges.length === 0) challenges.push(challenge(''))
  for (const { params } of challenges.slice(-1)) params[name] ??= value
}

/** The first `error` of the challenges. @see [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1) */
export const challengeError = (response: Pick<Response, 'headers'>): string | undefined =>
  challengesOf(response).find(({ params }) => params['error'])?.params['error']
