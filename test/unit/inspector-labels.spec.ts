import { expect, test } from '@playwright/test'
import { labelOf } from '../../src/inspector/report.js'
import { whyOf } from '../../src/inspector/why.js'
import { step } from '../support/whys.js'

test('a label shortens a long well-known path', () => {
  const labelAt = (path: string): string =>
    labelOf({ ...step('discovery'), detail: { method: 'GET', url: `https://id.example${path}` } })
  expect(labelAt('/realms/a/.well-known/openid-configuration')).toBe(
    'discovery GET /realms/a/.well-known/…',
  )
  expect(labelAt('/.well-known/oauth-authorization-server/a')).toBe('discovery GET /.well-known/…')
  expect(labelAt('/api/me')).toBe('discovery GET /api/me')
})

test('the label of a wait says when the server is asked again', () => {
  const until = Date.UTC(2026, 0, 1, 12)
  const wait = { ...step('backoff'), detail: { until } }
  const at = new Date(until).toLocaleTimeString()
  expect(whyOf(wait, [wait])).toBe(`The server is asked again at ${at}, not before.`)
})
