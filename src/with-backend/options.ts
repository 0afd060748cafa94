import type { AuthOptions, Resource } from '../options.js'

/** An API that `auth.fetch` calls. */
export interface BackendAuthResource extends Resource {
  /**
   * The name of an entry with `url` in the `resources` of `createBackend`: then each call goes through the
   * backend, which adds the token, and no token comes into the page.
   */
  readonly name?: string | undefined
}

/** The options of `createAuth` in a page whose tokens a backend keeps. */
export interface BackendAuthOptions extends Pick<AuthOptions, 'timeout'> {
  /** Where the backend is: a path of this origin, such as `'/auth'`. It is the `url` of `createBackend`. */
  readonly backend: string
  /** The only places that `auth.fetch` sends a token to, or has one sent to. Default: none. */
  readonly resources?: readonly (string | BackendAuthResource)[] | undefined
  /** What becomes of a call that needs a stronger sign-in. Default `'reject'`; a popup needs tokens in the page. */
  readonly stepUp?: 'reject' | 'redirect' | undefined
}
