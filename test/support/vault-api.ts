import type { Vault } from '../../src/door.js'
import type { AuthOptions } from '../../src/options.js'
import { request, signIn, test as base, type Room } from './vault.js'

// An API, and a record of the calls that it got.

export interface Api {
  readonly vault: Vault
  readonly url: string
  /** The authorization and the body of each call that came. */
  readonly seen: [authorization: string | null, body: string][]
  /** The input of the platform's `fetch` for each call, and its mode for redirects. */
  readonly sent: [input: unknown, redirect: RequestRedirect][]
  /** The answers of the API, in order; after the last one it answers 200. */
  answers: (() => Response | Promise<Response>)[]
  /** The token requests since the sign-in. */
  refreshes(): Readonly<Record<string, string>>[]
}

/** Sign in to an app, and have its API answer as the test says. */
async function openApi(room: Room, options: Partial<AuthOptions> = {}): Promise<Api> {
  const vault = room.open(options)
  await vault.callback(await signIn(vault))
  const before = room.server.requests('token').length
  return {
    vault,
    url: `${room.server.issuer}/api/`,
    seen: [],
    sent: [],
    answers: [],
    refreshes: () =>
      room.server
        .requests('token')
        .slice(before)
        .map(({ params }) => params),
  }
}

export const test = base.extend<{ open: (options?: Partial<AuthOptions>) => Promise<Api> }>({
  open: async ({ room }, use) => {
    const { fetch } = globalThis
    let api: Api | undefined
    globalThis.fetch = async (input, init) => {
      const sent = new Request(input, init)
      if (!api || !sent.url.startsWith(api.url)) return fetch(sent)
      api.sent.push([input, sent.redirect])
      api.seen.push([sent.headers.get('authorization'), await sent.text()])
      return (await api.answers.shift()?.()) ?? new Response('ok')
    }
    await use(async (options) => (api = await openApi(room, options)))
    globalThis.fetch = fetch
  },
})

export const refusal = (challenge?: string) => () =>
  new Response('', {
    status: 401,
    headers: challenge === undefined ? {} : { 'www-authenticate': challenge },
  })
export const stale = refusal('Bearer error="invalid_token"')

export const call = (
  { vault, url }: Api,
  init?: RequestInit,
  isOneTime?: boolean,
): Promise<Response> => vault.fetch(request(`${url}me`, init), undefined, isOneTime)

export const tokens = ({ seen }: Api): (string | null)[] => seen.map(([token]) => token)
