import type { Vault } from '../../src/door.js'
import type { Shown } from '../../src/inspector/report.js'
import { whyOf } from '../../src/inspector/why.js'
import type { TraceEvent } from '../../src/trace.js'
import { callsTold } from './trace.js'
import { signIn, type Room } from './vault.js'

/** What a test does with a vault. */
export type Work = (vault: Vault, room: Room) => Promise<unknown>

/** Do this with a listener. @returns each sentence that the inspector shows, after its step and error */
export async function whysOf(
  room: Room,
  work: Work,
  options?: Parameters<Room['open']>[0],
): Promise<string> {
  const vault = room.open(options)
  await vault.trace()
  await work(vault, room).catch(() => {})
  await callsTold()
  const events = new Map<string, TraceEvent>()
  for (const fact of room.facts) if (fact.type === 'trace') events.set(fact.event.id, fact.event)
  const all = [...events.values()].toSorted((a, b) => a.at - b.at)
  const said = all.map(
    (event) =>
      [`${event.step} ${event.error ?? 'ok'}: `, whyOf(event, all, 'https://app.example')] as const,
  )
  return said.flatMap(([at, why]) => (why ? at + why : [])).join('\n')
}

/** A sign-in, from the click to the tokens. */
export const finish: Work = async (vault) => vault.callback(await signIn(vault))

/** A step that went well. */
export const step = (name: string, via?: string): Shown => ({
  id: name,
  step: name,
  from: 'client',
  to: 'authorization server',
  at: 1,
  outcome: 'ok',
  detail: via ? { via } : {},
})
