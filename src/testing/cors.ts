import { empty } from './answers.js'
import type { Endpoint } from './types.js'

// People visit the others by navigation: a script has no business there.
const visited: ReadonlySet<string> = new Set<Endpoint | 'unknown'>([
  'authorize',
  'end_session',
  'unknown',
])

/** The answer to a preflight. */
export function preflight(endpoint: Endpoint | 'unknown'): Response {
  if (visited.has(endpoint)) return empty(405)
  return empty(204, {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST',
    // A wildcard would not cover `authorization`, so the one endpoint that needs it names it.
    'access-control-allow-headers':
      endpoint === 'userinfo' ? 'authorization, content-type, dpop' : 'content-type, dpop',
    // Nor may a remembered preflight hide the next one from the ledger.
    'access-control-max-age': '0',
  })
}

/** Lets scripts of any origin read an answer of the endpoints that are meant for them. */
export function allowOrigins(endpoint: Endpoint | 'unknown', answer: Response): Response {
  if (visited.has(endpoint)) return answer
  answer.headers.set('access-control-allow-origin', '*')
  answer.headers.set(
    'access-control-expose-headers',
    'date, dpop-nonce, retry-after, www-authenticate',
  )
  return answer
}

/** Takes every CORS header away. */
export function denyOrigins(answer: Response): Response {
  const names = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))
  for (const name of names) answer.headers.delete(name)
  return answer
}
