import type { Json } from './errors.js'
import { secretsIn } from './secrets.js'

// What the session stores under names of its own, and names that may belong to a secret.
const known = /^(expires(_in|_at)?|scope)$/
const secret =
  /token|secret|passw|assertion|signature|ticket|credential|(^|_)(code|key|nonce|state)$/i
const jwt = /eyJ[\w-]{9,}/

/**
 * Further members of a token response, such as `patient` or `instance_url`. A member that may be a secret is
 * left out: by its name, if it looks like a JWT, or if it holds a token of this answer.
 *
 * @see [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)
 */
export function extraOf(json: Json): Record<string, unknown> | undefined {
  const secrets = secretsIn(Object.entries(json))
  const isSecret = (name: string, value: unknown): boolean =>
    secret.test(name) ||
    (typeof value === 'string' && (jwt.test(value) || secrets.some((one) => value.includes(one))))
  const extra = Object.entries(json).filter(([name, value]) => {
    let isOpen = value !== null && !known.test(name)
    // `JSON.stringify` calls this for every member, at any depth.
    JSON.stringify({ [name]: value }, (key, part: unknown) => {
      isOpen &&= !isSecret(key, part)
      return part
    })
    return isOpen
  })
  return extra.length > 0 ? Object.fromEntries(extra) : undefined
}
