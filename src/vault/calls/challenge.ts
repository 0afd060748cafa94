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
export function challengesOf({ headers }: Response): readonly Challenge[] {
  const challenges: { scheme: string; params: Record<string, string> }[] = []
  for (const [all, name = '', quoted, plain] of (headers.get('www-authenticate') ?? '').matchAll(
    part,
  )) {
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? plain
    const current = challenges.at(-1)
    if (value === undefined || !all.includes('='))
      challenges.push({ scheme: name, params: Object.create(null) as Record<string, string> })
    else if (current) current.params[name.toLowerCase()] ??= value
  }
  return challenges
}

/** The first `error` of the challenges. @see [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1) */
export const challengeError = (response: Response): string | undefined =>
  challengesOf(response).find(({ params }) => params['error'])?.params['error']
