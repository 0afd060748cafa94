import { expect, test } from '@playwright/test'
import * as fc from 'fast-check'
import { resolveConfig } from '../../src/config.js'
import { matchResource } from '../../src/lib/resources.js'
import { always } from '../support/fuzz.js'

// A whole origin, paths within it, and a path of another origin.
const base = 'https://api.example.com/v1/x/'
const [whole, version, nested, other] = [
  'https://api.example.com/',
  'https://api.example.com/v1',
  'https://api.example.com/v1/in/',
  'https://files.example.com/v1/in',
] as const
const entries = [whole, nested, version, other]
const { resources } = resolveConfig(
  { issuer: 'https://id.example', clientId: 'app', redirectUri: '/', resources: entries },
  base,
)

// prettier-ignore
const pieces = [
  'https:', 'http:', 'HTTPS:', 'wss:', 'blob:', 'javascript:', 'data:', 'filesystem:', '/', '//', '\\', '@', ':', '?', '#',
  'api.example.com', 'API.example.com', 'files.example.com', 'evil.example', '.evil.example', 'api.example.com.', ':443', ':8443', 'v1', 'in', 'V1',
  '..', '.', '%2e', '%2E%2e', '%2f', '%5c', '%00', ';a=1', '\t', '\n', '\0', ' ', '\u3000', '。', '／', '\uFEFF', 'ａ', '\u00AD',
]
const tails = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), {
  maxLength: 8,
})
const starts = ['', '', 'https://api.example.com/', nested, other, `${other}/`, '/v1/']
const urls = fc
  .tuple(fc.constantFrom(...starts), tails)
  .map(([start, tail]) => start + tail.join(''))

/** The entry that a URL belongs to, by its parts as the platform parses it. */
function belongs({ protocol, host, username, password, pathname }: URL): string | undefined {
  if (protocol !== 'https:' || username || password) return undefined
  const [, first, second] = pathname.split('/')
  const within = second === 'in' ? nested : version
  if (host === 'api.example.com') return first === 'v1' ? within : whole
  return host === 'files.example.com' && first === 'v1' && second === 'in' ? other : undefined
}

test('a token goes to URLs of a resource only, by its most specific entry', async () => {
  const judged = new Map<string, string | undefined>()
  await always(
    urls,
    (href) => {
      const found = matchResource(resources, href, base)?.url.href
      if (!URL.canParse(href, base)) return found === undefined
      const target = new URL(href, base)
      judged.set(target.href, found)
      return found === belongs(target)
    },
    16_000,
  )
  expect(judged.size, 'URLs that are not the same').toBeGreaterThanOrEqual(10_000)
  for (const entry of [...entries, undefined])
    expect(
      Array.from(judged.values()).filter((found) => found === entry).length,
      entry ?? 'nowhere',
    ).toBeGreaterThan(200)
})
