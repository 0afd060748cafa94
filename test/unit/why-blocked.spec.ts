import { expect, test } from '@playwright/test'
import { createModel } from '../../src/inspector/model.js'
import { blockedBy } from '../../src/inspector/policy.js'
import { toReport, type Shown } from '../../src/inspector/report.js'
import { whyOf } from '../../src/inspector/why.js'

// What the inspector says of a request that never left, or whose answer the page may not read.

const origin = 'https://app.example'
test.beforeEach(() => void Object.assign(globalThis, { origin }))
test.afterEach(() => void Reflect.deleteProperty(globalThis, 'origin'))

const failed = (step: string, detail: object): Shown => ({
  id: step,
  step,
  from: 'client',
  to: 'resource server',
  at: 1,
  outcome: 'failed',
  error: 'network',
  detail,
})

const violation = (blockedURI: string, effectiveDirective = 'connect-src') =>
  blockedBy({ blockedURI, effectiveDirective, disposition: 'enforce' })

test('a resource that the Content Security Policy blocks is named', () => {
  const call = (origin: string, rest: object): Shown => ({
    ...failed('call', { url: `${origin}/me` }),
    id: origin,
    ...rest,
  })
  const [api, frame] = ['https://api.example', 'https://id.example']
  const authorize = failed('authorize', { url: `${frame}/authorize`, via: 'iframe' })
  const model = createModel()
  model.add(call(api, { at: 1 }))
  model.add(call('https://other.example', { at: 2 }))
  model.add(call(`${api}:8443`, { at: 3, outcome: 'ok', error: undefined }))
  model.add({ ...authorize, at: 4, outcome: 'ok', error: undefined })
  const whys = (): (string | undefined)[] => model.all().map((event) => whyOf(event, model.all()))
  const before = whys()
  for (const url of [`${api}/me?token=1`, `${api}:8443/`]) model.block(violation(url)!)
  model.block(violation(frame, 'frame-src')!)
  const after = [
    `\`connect-src\` of the Content Security Policy blocks this: add \`${api}\` to it.`,
    ...before.slice(1, 3),
    `\`frame-src\` of the Content Security Policy blocks this: add \`${frame}\` to it.`,
  ]
  expect(whys()).toEqual(after)
  model.replay(toReport({ events: model.all(), origin }))
  expect(whys()).toEqual(after)
})

test('the hint has the headers that an API must allow and expose for the token', () => {
  const why = (token: string): string | undefined => {
    const call = failed('call', { url: 'https://api.example/me', token })
    return whyOf(call, [call], origin)
  }
  const allow = `The API https://api.example was not reached, or its CORS settings do not allow the origin ${origin}`
  const rest = 'or `connect-src` of the Content Security Policy leaves it out.'
  expect(why('bearer')).toBe(
    `${allow} with the header \`Authorization\` (and expose \`WWW-Authenticate\`), ${rest}`,
  )
  expect(why('dpop')).toBe(
    `${allow} with the headers \`Authorization\` and \`DPoP\` (and expose \`WWW-Authenticate\` and \`DPoP-Nonce\`), ${rest}`,
  )
  expect(why('none')).toBe(`${allow}, ${rest}`)
})

test('the hint has the origin of the page that the report is about', () => {
  const call = failed('call', { url: 'https://api.example/me' })
  const model = createModel()
  model.add(call)
  const why = (): string | undefined => whyOf(call, model.all(), model.origin())
  expect(why()).toContain(`the origin ${origin} with`)
  const events = model.all()
  model.replay(toReport({ events, origin: 'https://other.example' }))
  expect(why()).toContain('the origin https://other.example with')
  for (const unknown of [undefined, 'no URL']) {
    model.replay(toReport({ events, origin: unknown }))
    expect(why()).toContain('the origin of the app with')
  }
})

test('a policy that only reports, or blocks something else, is not the cause', () => {
  const given = { blockedURI: 'https://api.example/', effectiveDirective: 'connect-src' } as const
  expect(blockedBy({ ...given, disposition: 'report' })).toBeUndefined()
  expect(violation('https://api.example/', 'img-src')).toBeUndefined()
  expect(violation('inline')).toBeUndefined()
})
