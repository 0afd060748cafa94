import type { Cookies } from './answers.js'
import { type CookieJar, maxSealedParts } from './cookies.js'
import type { BackendSession, Held } from './sessions.js'

type All = Held['cookies']

/**
 * The cookies of a browser's session. Each session has its own cookies, named by its id, and one more cookie says which
 * session counts. Only a sign-in sets that cookie, and nothing removes it. So an answer that arrives late can neither
 * bring back an earlier session nor remove a later one.
 */
export interface SessionCookies {
  /** The id of the session that counts, whether or not the browser still has it. */
  current(cookies: All): string | undefined
  /** What is sealed in the cookies of the session that counts. */
  read(cookies: All): string | undefined
  /** The `Set-Cookie` lines of a new session, which counts from now on. */
  begin(cookies: All, session: BackendSession, text: string): Cookies
  /** The lines of a session that has changed. */
  renew(cookies: All, session: BackendSession, text: string): Cookies
  /** The lines that remove cookies of other sessions, and parts left over from a longer value of this session. */
  clean(cookies: All): Cookies
  /** The lines that remove all sessions. */
  end(cookies: All): Cookies
}

const isId = /^[\da-f-]{36}$/
// No name that an app can choose has a dot.
const nameOf = (id: string | undefined): string => `.${id}`

export function createSessionCookies(jar: CookieJar): SessionCookies {
  const current = (cookies: All): string | undefined => {
    const id = jar.read(cookies, '') ?? ''
    return isId.test(id) ? id : undefined
  }

  const others = (cookies: All, own?: string): Cookies =>
    jar
      .names(cookies, '.')
      .filter((name) => own === undefined || !`${name}.`.startsWith(`${own}.`))
      .flatMap((name) => jar.remove(name, 1))

  const write = (cookies: All, { id, endsAt }: BackendSession, text: string): Cookies =>
    jar.write(cookies, nameOf(id), text, { lifetime: endsAt - Date.now(), sameSite: 'Strict' })

  return {
    current,
    read: (cookies) => jar.read(cookies, nameOf(current(cookies))),
    begin(cookies, session, text) {
      const before = current(cookies)
      const options = { lifetime: session.endsAt - Date.now(), sameSite: 'Lax' } as const
      return [
        ...jar.write(cookies, '', session.id, options),
        ...write(cookies, session, text),
        // The request, which came from the server, has no `Strict` cookies, so it does not show those of the earlier
        // session. Remove them: two sessions may be too large for one request.
        ...(before ? jar.remove(nameOf(before), maxSealedParts) : []),
      ]
    },
    renew: (cookies, session, text) => [
      ...others(cookies, nameOf(session.id)),
      ...write(cookies, session, text),
    ],
    clean(cookies) {
      const own = nameOf(current(cookies))
      return [...others(cookies, own), ...jar.clean(cookies, own)]
    },
    end: (cookies) => others(cookies),
  }
}
