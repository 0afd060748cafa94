import { test } from '@playwright/test'
import * as fc from 'fast-check'
import { resolveConfig } from '../../src/config.js'
import { matchResource } from '../../src/vault/resources.js'
import { always } from '../fuzz.js'

const entry = 'https://api.example.com/v1/in'
const { resources } = resolveConfig(
  { issuer: 'https://id.example', clientId: 'app', redirectUri: '/', resources: [entry] },
  'https://app.example/',
)

// prettier-ignore
const pieces = [
  'https:', 'http:', 'HTTPS:', 'wss:', 'blob:', 'javascript:', 'data:', 'filesystem:', '/', '//', '\\', '@', ':', '?', '#',
  'api.example.com', 'API.example.com', 'evil.example', '.evil.example', 'api.example.com.', ':443', ':8443', 'v1', 'in', 'V1',
  '..', '.', '%2e', '%2E%2e', '%2f', '%5c', '%00', ';a=1', '\t', '\n', '\0', ' ', '\u3000', '。', '／', '\uFEFF', 'ａ', '\u00AD',
]
const tails = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), {
  maxLength: 8,
})
const urls = fc
  .tuple(fc.constantFrom('', '', 'https://api.example.com/', entry, `${entry}/`), tails)
  .map(([start, tail]) => start + tail.join(''))

/** By what the platform makes of it, segment by segment. */
function belongs(href: string): boolean {
  if (!URL.canParse(href)) return false
  const { protocol, host, username, password, pathname } = new URL(href)
  const [, first, second] = pathname.split('/')
  const there = protocol === 'https:' && host === 'api.example.com' && !username && !password
  return there && first === 'v1' && second === 'in'
}

test('a token goes to what the platform fetches from the resource, and nowhere else', async () => {
  let within = 0
  await always(
    urls,
    (href) => {
      const found = matchResource(resources, href) !== undefined
      if (found) within++
      return found === belongs(href)
    },
    10_000,
  )
  if (within < 200) throw new Error(`Of all these URLs only ${within} are within.`)
})
