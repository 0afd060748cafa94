import * as fc from 'fast-check'
import { expect, test as base } from '../support/fixture.js'
import { serve } from '../support/node-server.js'

// APIs that redirect: random chains between listed and unlisted origins.

/** A request that arrived at one of the origins. */
interface Visit {
  readonly to: string
  /** The origin that redirected to it; empty for the app. */
  readonly from: string
  readonly authorization: string | null
  readonly dpop: string | null
}

interface Chains {
  /** Two origins that are listed, and two that are not, by name. */
  readonly origins: Readonly<Record<string, string>>
  readonly visits: Visit[]
}

/** Each origin answers `/?hop&hop…` with a redirect to the first hop; without hops, with a body. */
const test = base.extend<{ chains: Chains }>({
  chains: async ({}, use) => {
    const visits: Visit[] = []
    const origins: Record<string, string> = {}
    const names = ['listed', 'listed too', 'evil', 'evil too']
    const all = names.map((name) =>
      serve(
        async (request) => {
          const { headers, method } = request
          const { pathname, search } = new URL(request.url)
          const cors = {
            'access-control-allow-origin': '*',
            'access-control-allow-headers': 'authorization, dpop, x-test',
            'access-control-allow-methods': '*',
          }
          if (method === 'OPTIONS') return new Response(null, { status: 204, headers: cors })
          const [authorization, dpop] = [headers.get('authorization'), headers.get('dpop')]
          const from = decodeURIComponent(pathname.slice(1))
          visits.push({ to: name, from, authorization, dpop })
          const [hop, ...hops] = search.slice(1).split('&').filter(Boolean)
          if (!hop) return new Response('hello', { headers: cors })
          const [status = '', to = ''] = hop.split('~')
          const location = `${origins[decodeURIComponent(to)]}/${encodeURIComponent(name)}?${hops.join('&')}`
          return new Response(null, { status: Number(status), headers: { ...cors, location } })
        },
        { host: name.startsWith('evil') ? '127.0.0.1' : 'localhost' },
      ),
    )
    const served = await Promise.all(all)
    for (const [at, name] of names.entries()) origins[name] = served[at]?.origin ?? ''
    await use({ origins, visits })
    await Promise.all(served.map((one) => one.close()))
  },
  options: async ({ chains: { origins } }, use) =>
    use({ resources: ['listed', 'listed too'].map((name) => `${origins[name]}/`) }),
})

const hop = fc
  .tuple(
    fc.constantFrom(301, 302, 303, 307, 308),
    fc.constantFrom('listed', 'listed too', 'evil', 'evil', 'evil too'),
  )
  .map(([status, to]) => `${status}~${encodeURIComponent(to)}`)
const calls = fc.record({
  hops: fc.array(hop, { minLength: 1, maxLength: 6 }),
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  // A listed resource gets no token either if an unlisted origin redirects to it.
  from: fc.constantFrom('listed', 'listed', 'listed too', 'evil'),
  redirect: fc.constantFrom(undefined, undefined, 'follow', 'manual', 'error'),
})

for (const dpop of [false, true])
  test.describe(dpop ? 'with dpop' : 'without dpop', () => {
    test.use({
      options: async ({ options }, use) => use({ ...options, dpop }),
    })

    test('T11: no chain of redirects takes a token or proof to an unlisted origin', async ({
      app,
      chains: { origins, visits },
      browserName,
    }) => {
      await app.open()
      await app.signIn()
      const seeds = [7636, Math.trunc(Math.random() * 2 ** 31)]
      const all = seeds.flatMap((seed) => fc.sample(calls, { numRuns: 30, seed }))
      const requests = all.map(({ hops, from, ...init }) => ({
        url: `${origins[from]}/?${hops.join('&')}`,
        init: JSON.parse(JSON.stringify(init)) as RequestInit,
      }))
      const ended = await app.attempt(async (given) => {
        const ends = await Promise.allSettled(
          given.map(({ url, init }) => window.auth.fetch(url, init)),
        )
        return ends.map((end) =>
          end.status === 'fulfilled' ? end.value.type : (end.reason.code ?? end.reason.name),
        )
      }, requests)
      const by = (name: RegExp): Visit[] => visits.filter(({ to }) => name.test(to))
      const leaked = by(/evil/).filter(({ authorization, dpop }) => authorization ?? dpop)
      expect(leaked, `With the seeds ${seeds.join()}`).toEqual([])
      // The sample has calls with a token, and chains that are followed to unlisted origins.
      const scheme = dpop ? 'DPoP ' : 'Bearer '
      const brought = by(/listed/).filter(({ authorization }) => authorization?.startsWith(scheme))
      expect(brought.length).toBeGreaterThan(20)
      expect(by(/evil/).length).toBeGreaterThan(10)
      const known = dpop || browserName === 'firefox' ? 'url_not_allowed' : 'cors'
      expect(ended.value).toContain(known)
    })
  })
