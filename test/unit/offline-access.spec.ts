import { expect, test } from '@playwright/test'
import type { SignInRequest } from '../../src/door.js'
import { AuthError } from '../../src/errors.js'
import type { VaultContext } from '../../src/vault/context.js'
import { createNotes } from '../../src/vault/notes.js'
import { tell } from '../../src/vault/optional/no-refresh-token.js'
import { authorize } from '../../src/vault/sign-in/authorize.js'
import { withConsent } from '../../src/vault/sign-in/offline-access.js'
import type { Transaction } from '../../src/vault/sign-in/transactions.js'
import { issuer, room } from '../support/sign-ins.js'
import { mapStore, startedAt } from '../support/vault.js'

// Whether a sign-in asks for consent, as some servers give a refresh token only then.

const offline = 'openid offline_access'
const week = 604_800_000

/** A browser that remembers this of an earlier sign-in. */
async function remembering(helps?: boolean, at = Date.now()) {
  const { context, shared, pending } = await room()
  const name = `pixy-auth:consent:${context.config.key}`
  if (helps !== undefined) shared.records.set(name, { at, helps })
  return { context, pending, remembered: () => shared.records.get(name) }
}

/** Ask for a sign-in: its `prompt`, and what is kept of it. */
async function ask(
  given: Partial<SignInRequest>,
  { context, pending }: Awaited<ReturnType<typeof remembering>>,
) {
  const request = { via: 'redirect', returnTo: '/', scope: offline, ...given } as const
  const prompt = new URL(await authorize(context, request)).searchParams.get('prompt')
  const transaction = Object.values(pending()).find((one) => one.codeVerifier)
  return { prompt, isConsent: transaction?.isConsent, isUnprompted: !!transaction?.unprompted }
}

for (const [what, given, helps, at, wanted] of [
  ['nothing is known', {}, undefined, 0, [null, false, true]],
  ['consent helped', {}, true, 0, ['consent', true, false]],
  ['consent did not help', {}, false, 0, [null, false, true]],
  ['consent helped more than a week ago', {}, true, -week - 1000, [null, false, true]],
  ['consent helped, and the clock was set back', {}, true, week + 60_000, [null, false, true]],
  ['the app has a prompt of its own', { prompt: 'login' }, true, 0, ['login', false, false]],
  ['the app asks for consent', { prompt: 'consent' }, undefined, 0, ['consent', true, false]],
  ['no refresh token is wanted', { scope: 'openid' }, true, 0, [null, false, false]],
  [
    'consent is for something else',
    { scope: 'openid', prompt: 'consent' },
    true,
    0,
    ['consent', false, false],
  ],
] as const)
  test(`if ${what}, the prompt is ${wanted[0] ?? 'left out'}`, async () => {
    const { prompt, isConsent, isUnprompted } = await ask(
      given,
      await remembering(helps, Date.now() + at),
    )
    expect([prompt, isConsent, isUnprompted]).toEqual(wanted)
  })

/** The tokens came: what follows of it. */
function follow(
  context: VaultContext,
  transaction: Partial<Transaction>,
  refreshToken: string | undefined,
  scope: readonly string[] = ['openid'],
) {
  const started = { ...startedAt(issuer), scope: offline, ...transaction }
  const session = { scope, tokenType: 'bearer', issuer } as const
  return withConsent(context, started, { refreshToken, session })
}

test('the store remembers only whether consent brought a refresh token', async () => {
  const { context, remembered } = await remembering()
  await follow(context, { isConsent: false }, 'token')
  expect(remembered()).toBe(undefined)
  await follow(context, { isConsent: true }, undefined)
  expect(remembered()).toMatchObject({ helps: false })
  await follow(context, { isConsent: true }, 'token')
  expect(remembered()).toMatchObject({ helps: true })
})

test('a sign-in works if the store cannot remember it', async () => {
  const { context } = await remembering()
  const update = () => Promise.reject(new AuthError('storage'))
  const sharedStore = { ...mapStore(), update }
  expect(await follow({ ...context, sharedStore }, { isConsent: true }, 'token')).toBe(undefined)
})

const unprompted = { via: 'redirect', returnTo: '/deep' } as const

for (const [what, helps, refreshToken, scope, isAgain] of [
  ['offline_access was ignored', undefined, undefined, 'openid', true],
  ['consent helped before', true, undefined, 'openid', true],
  ['consent is known not to help', false, undefined, 'openid', false],
  ['a refresh token came all the same', undefined, 'token', 'openid', false],
  ['the server says that it granted the scope', undefined, undefined, offline, false],
] as const)
  test(`if ${what}, the user is ${isAgain ? '' : 'not '}asked for consent`, async () => {
    const { context } = await remembering(helps)
    const again = await follow(context, { unprompted }, refreshToken, scope.split(' '))
    expect(again).toEqual(isAgain ? { ...unprompted, prompt: 'consent', by: 'consent' } : undefined)
  })

test('a note tells the developer that no refresh token came', async () => {
  const { context } = await remembering()
  const said = (): unknown[] => context.notes.kept.filter(({ step }) => step.startsWith('no-'))
  await follow(context, {}, 'token')
  await follow(context, { isSilent: true }, undefined)
  await follow(context, { scope: 'openid' }, undefined)
  await follow(context, {}, undefined)
  await expect.poll(said).not.toEqual([])
  // The last one, of four in order.
  expect(said()).toHaveLength(1)
})

test('the console says so in development only', () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'location')
  const { warn } = console
  const said: string[] = []
  console.warn = (text: string) => void said.push(text)
  try {
    for (const protocol of ['https:', undefined, 'http:']) {
      const value = protocol && { protocol }
      Object.defineProperty(globalThis, 'location', { value, configurable: true })
      tell(createNotes())
      expect(said, protocol).toHaveLength(protocol === 'http:' ? 1 : 0)
    }
  } finally {
    console.warn = warn
    if (before) Object.defineProperty(globalThis, 'location', before)
    else Reflect.deleteProperty(globalThis, 'location')
  }
  expect(said[0]).toContain('`offline_access`')
})
