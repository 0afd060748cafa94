import { AuthError } from '../errors.js'

type Jose = typeof import('jose')

let loaded: Promise<Jose> | undefined

/**
 * The optional peer dependency that seals cookies and signs assertions.
 *
 * @throws AuthError `config` where it is not installed
 */
export function jose(): Promise<Jose> {
  loaded ??= import('jose').catch(() => {
    loaded = undefined
    throw new AuthError('config', 'A backend needs the package jose: npm install jose')
  })
  return loaded
}
