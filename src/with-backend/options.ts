import type { AuthOptions, Resource } from '../options.js'

/** An API that `auth.fetch` calls. */
export interface BackendAuthResource extends Resource {
  /**
   * The name of an entry with `url` in the `resources` of `createBackend`: then each call goes through the
   * backend, which adds the token, and no token comes into the page.
   */
  readonly name?: string | undefined
}

/**
 * What a backend of another make does in place of `createBackend`: one of `pixy-auth/presets`, or your own.
 * Both functions are given what this page would ask of `createBackend`.
 */
export interface BackendPreset {
  /**
   * Answers a request to a route of `createBackend`, in its form. It is called for `session` within `start()`.
   *
   * @param url the route: `session`, `token`, `sign-out` or `api/<name>/…` below the path of the backend
   * @param init as of the platform's `fetch`
   * @param called where a call to an API goes
   * @param backend where the backend is, for a call to an API
   */
  fetch(url: string, init: RequestInit, called?: string, backend?: URL): Promise<Response>
  /**
   * Where the browser goes for this URL of the route `sign-in`.
   *
   * @param via `'link'` where the page does not go there itself: a link may be opened late, or in another tab
   */
  signInUrl(url: URL, via?: 'redirect' | 'link'): string | Promise<string>
}

/** A backend that is not of `pixy-auth/backend`. */
export interface PresetBackend {
  /** Where it is: a path of this origin, such as `'/bff'`. */
  readonly path: string
  /** How it is asked: one of `pixy-auth/presets`, or your own. */
  readonly preset: BackendPreset
}

/** The options of `createAuth` in a page whose tokens a backend keeps. */
export interface BackendAuthOptions extends Pick<AuthOptions, 'timeout'> {
  /**
   * Where the backend is: a path of this origin, such as `'/auth'`. It is the `url` of `createBackend`. With a
   * preset it is a backend of another make.
   */
  readonly backend: string | PresetBackend
  /** The only places that `auth.fetch` sends a token to, or has one sent to. Default: none. */
  readonly resources?: readonly (string | BackendAuthResource)[] | undefined
  /** What becomes of a call that needs a stronger sign-in. Default `'reject'`; with a preset there is no popup. */
  readonly stepUp?: 'reject' | 'redirect' | 'popup' | undefined
}
