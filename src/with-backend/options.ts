import type { AuthOptions, Resource } from '../options.js'

/** An API that `auth.fetch` calls. */
export interface BackendAuthResource extends Resource {
  /**
   * The name of an entry with `url` in the `resources` of `createBackend`. If it is given, each call goes through
   * the backend, which adds the token, and no token comes into the page.
   */
  readonly name?: string | undefined
}

/**
 * An adapter for a backend of another make than `createBackend`: one of `pixy-auth/presets`, or your own.
 * Both functions get the requests that this page would send to `createBackend`.
 */
export interface BackendPreset {
  /**
   * Answers a request to a route of `createBackend`, in the format of that route. It is called for `session` within
   * `start()`.
   *
   * @param url the route: `session`, `token`, `sign-out` or `api/<name>/…` below the path of the backend
   * @param init as of the platform's `fetch`
   * @param called the URL of the API, for a call to an API
   * @param backend the URL of the backend, for a call to an API
   */
  fetch(url: string, init: RequestInit, called?: string, backend?: URL): Promise<Response>
  /**
   * The URL to which the browser goes in place of this URL of the route `sign-in`.
   *
   * @param via `'link'` if the page only shows a link, which the user may open later or in another tab
   */
  signInUrl(url: URL, via?: 'redirect' | 'link'): string | Promise<string>
}

/** A backend that is not of `pixy-auth/backend`. */
export interface PresetBackend {
  /** Where the backend is: a path of this origin, such as `'/bff'`. */
  readonly path: string
  /** The adapter for this backend: one of `pixy-auth/presets`, or your own. */
  readonly preset: BackendPreset
}

/** The options of `createAuth` in a page whose tokens a backend keeps. */
export interface BackendAuthOptions extends Pick<AuthOptions, 'timeout'> {
  /**
   * Where the backend is: a path of this origin, such as `'/auth'`, which is also the `url` of `createBackend`. For a
   * backend of another make, give its path with a preset.
   */
  readonly backend: string | PresetBackend
  /** The only APIs that get a token in a call of `auth.fetch`, from the page or from the backend. Default: none. */
  readonly resources?: readonly (string | BackendAuthResource)[] | undefined
  /** What happens to a call that needs a stronger sign-in. Default `'reject'`; with a preset there is no popup. */
  readonly stepUp?: 'reject' | 'redirect' | 'popup' | undefined
}
