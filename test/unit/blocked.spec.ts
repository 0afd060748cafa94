import { expect, test } from '@playwright/test'
import { createModel } from '../../src/inspector/model.js'
import { blockedBy } from '../../src/inspector/policy.js'
import { toReport, type Shown } from '../../src/inspector/report.js'
import { whyOf } from '../../src/inspector/why.js'

// What the inspector says of a step that the Content Security Policy blocks.

const step = (name: string): Shown => ({
  id: name,
  step: name,
  from: 'client',
  to: 'authorization server',
  at: 1,
  outcome: 'ok',
  detail: {},
})

const violation = (blockedURI: string, effectiveDirective = 'connect-src') =>
  blockedBy({ blockedURI, effectiveDirective, disposition: 'enforce' })

test('what the Content Security Policy blocks is named, also in a report', () => {
  const call = (origin: string, rest: object): Shown => ({
    ...step(origin),
    step: 'call',
    outcome: 'failed',
    error: 'network',
    detail: { url: `${origin}/me` },
    ...rest,
  })
  const [api, frame] = ['https://api.example', 'https://id.example']
  const authorize = { ...step('authorize'), detail: { url: `${frame}/authorize`, via: 'iframe' } }
  const model = createModel()
  model.add(call(api, { at: 1 }))
  model.add(call('https://other.example', { at: 2 }))
  model.add(call(`${api}:8443`, { at: 3, outcome: 'ok', error: undefined }))
  model.add({ ...authorize, at: 4 })
  const whys = (): (string | undefined)[] =>
    model.all().map((event) => whyOf(event, model.all())?.replace(/\. The API.*| or .*/, ''))
  const before = whys()
  for (const url of [`${api}/me?token=1`, `${api}:8443/`]) model.block(violation(url)!)
  model.block(violation(frame, 'frame-src')!)
  const after = [
    `\`connect-src\` of the Content Security Policy blocks this: add \`${api}\` to it.`,
    ...before.slice(1, 3),
    `\`frame-src\` of the Content Security Policy blocks this: add \`${frame}\` to it.`,
  ]
  expect(whys()).toEqual(after)
  model.replay(toReport(model.all()))
  expect(whys()).toEqual(after)
})

test('a policy that only reports, or is about something else, blocks no step', () => {
  const given = { blockedURI: 'https://api.example/', effectiveDirective: 'connect-src' } as const
  expect(blockedBy({ ...given, disposition: 'report' })).toBeUndefined()
  expect(violation('https://api.example/', 'img-src')).toBeUndefined()
  expect(violation('inline')).toBeUndefined()
})
