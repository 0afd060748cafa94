import { empty } from './answers.js'
import type { Realm } from './realm.js'
import type { Endpoint } from './types.js'

// A browser navigates to these endpoints, so no script has to read their answers.
const navigated: ReadonlySet<string> = new Set<Endpoint | 'unknown'>([
  'authorize',
  'end_session',
  'unknown',
])

/** The answer to a preflight. */
export function preflight({ options }: Realm, endpoint: Endpoint | 'unknown'): Response {
  if (navigated.has(endpoint)) return empty(405)
  const dpop = options.cors === 'no-dpop' ? '' : ', dpop'
  return empty(204, {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST',
    // A wildcard would not cover `authorization`, so the one endpoint that needs it names it.
    'access-control-allow-headers':
      endpoint === 'userinfo' ? `authorization, content-type${dpop}` : `content-type${dpop}`,
    // A cached preflight would hide the next one from the ledger.
    'access-control-max-age': '0',
  })
}

/** Let scripts of any origin read the answer, unless browsers navigate to its endpoint. */
export function allowOrigins(
  { options }: Realm,
  endpoint: Endpoint | 'unknown',
  answer: Response,
): Response {
  const isHidden = options.cors === 'no-errors' && !answer.ok
  if (navigated.has(endpoint) || isHidden) return answer
  answer.headers.set('access-control-allow-origin', '*')
  if (options.cors === 'unexposed') return answer
  answer.headers.set(
    'access-control-expose-headers',
    'date, dpop-nonce, retry-after, www-authenticate',
  )
  return answer
}

/** Remove every CORS header. */
export function denyOrigins(answer: Response): Response {
  const names = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))
  for (const name of names) answer.headers.delete(name)
  return answer
}
