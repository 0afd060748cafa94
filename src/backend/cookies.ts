/** The cookies of a request, by name, in reverse order. If two have the same name, the first in the header counts. */
export function readCookies({ headers }: Request): ReadonlyMap<string, string> {
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair): [string, string] => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
  })
  return new Map(pairs.toReversed())
}

/** How a cookie is kept. */
export interface CookieOptions {
  /** Milliseconds; 0 removes it. */
  readonly lifetime: number
  /**
   * The browser sends a `Lax` cookie with the redirect back from the server. It sends a `Strict` cookie with no request
   * that another site started.
   *
   * @see [RFC 6265bis §5.2](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.2)
   */
  readonly sameSite: 'Strict' | 'Lax'
}

/** Reads and writes the cookies of one backend. */
export interface CookieJar {
  /** The value, joined from the cookies that hold its parts. */
  read(cookies: ReadonlyMap<string, string>, name: string): string | undefined
  /** The request's names that begin with `start`, in the form that `write` takes; oldest first, as browsers send them. */
  names(cookies: ReadonlyMap<string, string>, start: string): readonly string[]
  /** `Set-Cookie` lines that remove this many parts of a value, whether or not the request came with them. */
  remove(name: string, parts: number): readonly string[]
  /** `Set-Cookie` lines that remove the parts left over from an earlier, longer value. */
  clean(cookies: ReadonlyMap<string, string>, name: string): readonly string[]
  /** `Set-Cookie` lines. An empty value removes the cookie. */
  write(
    cookies: ReadonlyMap<string, string>,
    name: string,
    value: string,
    options: CookieOptions,
  ): readonly string[]
}

// A browser takes 4096 bytes for a cookie with its name and attributes.
const maxLength = 3600
const maxParts = 20
/** Characters of a sealed value. A server accepts 16 kB of headers, and a request has other headers too. */
export const maxSealed = 11_000
/** The most cookies that a sealed value needs. */
export const maxSealedParts: number = Math.ceil(maxSealed / maxLength)

/**
 * @param base the first part of each name
 * @param isSecure whether the app is at `https:`; on loopback it may not be
 * @see [RFC 6265bis §4.1.3](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3)
 */
export function createCookieJar(base: string, isSecure: boolean): CookieJar {
  // No page of a sibling domain can set a cookie with this prefix.
  const prefix = isSecure ? `__Host-${base}` : base
  const line = (name: string, value: string, { lifetime, sameSite }: CookieOptions): string =>
    `${name}=${value}; Path=/; HttpOnly; SameSite=${sameSite}; Max-Age=${Math.floor(lifetime / 1000)}${isSecure ? '; Secure' : ''}`
  const nameAt = (name: string, index: number): string => prefix + name + (index ? `.${index}` : '')
  // The first part says how many parts there are. The browser may have more, left over from a longer value: a request
  // that came without them could not remove them when it replaced that value.
  const countIn = (cookies: ReadonlyMap<string, string>, name: string): number =>
    Number(/^(\d{1,2})~/.exec(cookies.get(nameAt(name, 0)) ?? '')?.[1] ?? 0)
  const namesOf = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => nameAt(name, index))
  const removed = (name: string): string => line(name, '', { lifetime: 0, sameSite: 'Strict' })
  const rest = (cookies: ReadonlyMap<string, string>, name: string, from: number): string[] =>
    namesOf(name, maxParts)
      .slice(from)
      .filter((one) => cookies.has(one))
      .map(removed)

  return {
    read(cookies, name) {
      const parts = namesOf(name, countIn(cookies, name)).map((one) => cookies.get(one) ?? '')
      return parts.join('').replace(/^\d+~/, '') || undefined
    },
    remove: (name, parts) => namesOf(name, parts).map(removed),
    clean: (cookies, name) => rest(cookies, name, countIn(cookies, name)),
    names: (cookies, start) =>
      [...cookies.keys()]
        .toReversed()
        .filter((name) => name.startsWith(prefix + start))
        .map((name) => name.slice(prefix.length)),
    write(cookies, name, value, options) {
      const count = Math.ceil(value.length / maxLength)
      const written = Array.from({ length: count }, (_, index) => {
        const part = value.slice(index * maxLength, (index + 1) * maxLength)
        return line(nameAt(name, index), index ? part : `${count}~${part}`, options)
      })
      return [...written, ...rest(cookies, name, count)]
    },
  }
}
