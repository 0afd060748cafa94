import { MutationObserver } from '@tanstack/react-query'
import { api as axios } from 'docs/fetch.md/axios.ts'
import { api as ky } from 'docs/fetch.md/ky.ts'
import { api as openapi } from 'docs/fetch.md/openapi-fetch.ts'
import { client, read, send } from 'docs/fetch.md/TanStack Query.ts'
import '../app/auth.js'

/** The same calls through one of the documented libraries. `base` ends with a slash. */
export interface Library {
  get(base: string, signal?: AbortSignal): Promise<unknown>
  post(base: string, body: unknown): Promise<unknown>
}

declare global {
  interface Window {
    libraries: Record<string, Library>
    /** Set by the test to abort a call. */
    control?: AbortController
  }
}

/** Throw for an error status, as an app that uses openapi-fetch would. */
function unwrap({ data, response }: { data?: unknown; response: Response }): unknown {
  if (!response.ok) throw new Error(`answered ${response.status}`)
  return data
}

const signalled = (signal?: AbortSignal): { signal?: AbortSignal } => (signal ? { signal } : {})
const bare = (base: string): string => base.replace(/\/$/, '')

window.libraries = {
  ky: {
    get: (base, signal) => ky.get(`${base}me`, signalled(signal)).json(),
    post: (base, json) => ky.post(`${base}echo`, { json }).json(),
  },
  axios: {
    get: async (base, signal) => (await axios.get<unknown>(`${base}me`, signalled(signal))).data,
    post: async (base, body) => (await axios.post<unknown>(`${base}echo`, body)).data,
  },
  'openapi-fetch': {
    get: async (base, signal) =>
      unwrap(await openapi.GET('/me', { baseUrl: bare(base), ...signalled(signal) })),
    post: async (base, body) => unwrap(await openapi.POST('/echo', { baseUrl: bare(base), body })),
  },
  'TanStack Query': {
    get(base, signal) {
      const query = read(`${base}me`)
      signal?.addEventListener('abort', () => void client.cancelQueries(query, { revert: false }))
      return client.fetchQuery(query)
    },
    post: (base, body) => new MutationObserver(client, send(`${base}echo`)).mutate(body),
  },
}
