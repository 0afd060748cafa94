import { expect } from '@playwright/test'
import type { Vault, VaultEvent } from '../../src/door.js'
import { labelOf, readReport, toReport, type Shown } from '../../src/inspector/report.js'
import { whyOf } from '../../src/inspector/why.js'
import { mapStore, signIn, test, type Room } from '../support/vault.js'

// What the trace says of a session that ended before the page was opened: nothing ends in this page.

/** What a page draws of the store, and of a sign-out. */
const drawn = (facts: readonly VaultEvent[]): Shown[] =>
  facts.flatMap((fact) =>
    fact.type === 'trace' && /^(store|tab|sign-out)$/.test(fact.event.step) ? [fact.event] : [],
  )

/** A page signs in, and its session ends. What it draws, and what a page draws that is opened then. */
async function pages(
  { open, facts }: Room,
  end: (vault: Vault) => Promise<unknown>,
): Promise<[first: Shown[], second: Shown[]]> {
  const options = { store: mapStore() }
  const first = open(options)
  await first.trace()
  await first.callback(await signIn(first))
  await end(first)
  await first.close()
  const count = facts.length
  const second = open(options)
  await second.open('')
  await second.trace()
  return [drawn(facts.slice(0, count)), drawn(facts.slice(count))]
}

const said = (events: readonly Shown[]): string[] =>
  events.map((event) => `${labelOf(event)}: ${whyOf(event, events)}`)

test('a page opened after a sign-out says that the session had ended', async ({ room }) => {
  const [first, second] = await pages(room, (vault) => vault.signOut({}))
  expect(said(first).slice(-1)).toEqual([
    'store sign-out: The user signed out, here or in another tab.',
  ])
  expect(first.at(-1)?.detail).toEqual({ holds: 'sign-out' })
  const words = 'The session had ended before this page read it: the user had signed out.'
  expect(said(second)).toEqual([`store sign-out earlier: ${words}`])
  expect(second[0]?.detail).toEqual({ holds: 'sign-out', isEarlier: true })
  // As does its report, in another browser.
  expect(said(readReport(toReport({ events: second })).events)).toEqual(said(second))
})

test('a page opened after a refusal says that the server had refused the token', async ({
  room,
}) => {
  const [first, second] = await pages(room, async (vault) => {
    room.server.revokeGrants()
    await vault.refresh().catch(() => {})
  })
  expect(said(first).at(-1)).toMatch(/^store refused: The server refused the refresh token/)
  expect(said(second)).toEqual([
    expect.stringMatching(/^store refused earlier: .* before this page read it: the server had/),
  ])
})

test('a page that signs out before it has read the store traces a sign-out', async ({ room }) => {
  const options = { store: mapStore() }
  const first = room.open(options)
  await first.callback(await signIn(first))
  await first.close()
  const second = room.open(options)
  await second.trace()
  await second.signOut({})
  expect(said(drawn(room.facts)).at(-1)).toMatch(/^store sign-out: The user signed out/)
})

test('a page that hears of a sign-out before it has read the store traces it', async ({ room }) => {
  const options = { store: mapStore() }
  const first = room.open(options)
  await first.callback(await signIn(first))
  const second = room.open(options)
  await second.trace()
  await first.signOut({ local: true })
  const stored = (): string[] => said(drawn(room.facts)).filter((text) => text.startsWith('store'))
  await expect.poll(stored).not.toEqual([])
  expect(stored()[0]).toMatch(/^store sign-out: The user signed out/)
})
