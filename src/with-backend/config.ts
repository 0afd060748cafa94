import type { PageConfig } from '../config.js'
import { AuthError } from '../errors.js'
import { checkTypes, refuse, secureUrl } from '../lib/check.js'
import { own } from '../lib/own.js'
import { resolveResource, type ResolvedResource } from '../lib/resources.js'
import type {
  BackendAuthOptions,
  BackendAuthResource,
  BackendPreset,
  PresetBackend,
} from './options.js'

/** An entry of `resources`. If it has a name, the backend makes the calls. */
export interface NamedResource extends ResolvedResource {
  readonly name?: string | undefined
}

/** The options, checked, with absolute URLs. */
export interface BackendPageConfig extends PageConfig {
  /** Without a slash at its end. */
  readonly backend: URL
  /** For a backend of another make. For a backend of this package, the platform itself with its `fetch`. */
  readonly preset: BackendPreset | typeof globalThis
  readonly resources: readonly NamedResource[]
  /** Milliseconds. */
  readonly timeout: number
}

const types: Readonly<Record<keyof BackendAuthOptions, string>> = {
  backend: 'a string or object',
  resources: 'a list',
  stepUp: '"reject", "redirect" or "popup"',
  timeout: 'a number',
}

const unknown = (name: string): never => refuse(name, 'give it to `createBackend`.')

function resolveNamed(entry: string | BackendAuthResource, base: string): NamedResource {
  const resolved: NamedResource = resolveResource(entry, base)
  const { name, key, anonymous, redirect } = resolved
  if (name === undefined) return resolved
  if (!/^[\w-]+$/.test(name) || key || anonymous || redirect)
    refuse('resources', `"${name}": give only \`url\` and a plain \`name\`.`)
  return resolved
}

function backendOf(
  given: BackendAuthOptions['backend'],
  place: string,
  base?: string,
): Pick<BackendPageConfig, 'backend' | 'preset'> {
  const { path: at = given, preset = globalThis } = own(Object(given) as Partial<PresetBackend>)
  const url = secureUrl('backend', at, place)
  url.pathname = url.pathname.replace(/\/+$/, '')
  if (url.pathname === '/' || url.search || (base && url.origin !== new URL(base).origin))
    refuse('backend', 'give a path of this origin, such as "/auth".')
  return { backend: url, preset }
}

/**
 * Check the options and resolve their paths.
 *
 * @param base the page's URL. Without it, only what needs no base is checked
 * @throws AuthError `config`, naming the option and the remedy
 */
export function resolveBackendOptions(given: BackendAuthOptions, base?: string): BackendPageConfig {
  const place = base ?? 'https://a.invalid'
  const options = own(given ?? refuse('options', 'give an object.'))
  checkTypes(options, types, unknown)
  const { timeout = 10 } = options
  if (!(timeout > 0 && timeout <= 600)) refuse('timeout', 'give seconds, up to 600.')
  if (!place.startsWith('http')) throw new AuthError('insecure_context')
  const { backend, preset } = backendOf(options.backend, place, base)
  return Object.freeze(
    own({
      key: backend.href,
      backend,
      preset,
      // A route of the backend, so no page of the app is there.
      redirectUri: `${backend.href}/callback`,
      resources: (options.resources ?? []).map((entry) => resolveNamed(entry, place)),
      stepUp: options.stepUp,
      timeout: timeout * 1000,
    }),
  )
}
