import type { VaultEvent } from '../../door.js'
import { matchResource } from '../../lib/resources.js'
import type { Store } from '../../options.js'
import type { NoteFacts } from '../../vault/notes.js'
import {
  beginningOf,
  callTo,
  eventsOf,
  inTurn,
  requestTo,
  tokensIn,
  type Telling,
  type Told,
} from '../../vault/optional/events.js'
import { placeOf } from '../../lib/optional/redact.js'
import type { BackendPageConfig, NamedResource } from '../config.js'
import type { BackendSession } from '../session.js'

type Noted = 'click' | 'authorize' | 'login' | 'backend' | 'tokens' | 'call' | 'tab' | 'sign-out'

const steps = { session: 'session', token: 'token', 'sign-out': 'forget' } as const

/** A request to the backend, by what is wanted of it. */
function toldOfRequest(
  { backend }: BackendPageConfig,
  [route, as]: NoteFacts['backend'],
  result: unknown,
): Told {
  const method = route === 'session' && !as ? 'GET' : 'POST'
  const detail = requestTo(
    method,
    `${backend.href}/${route}`,
    typeof result === 'number' ? result : undefined,
  )
  return [(as ?? steps[route]) as 'session', 'client', 'backend', detail]
}

const errorIn = (result: unknown): Error | undefined =>
  result instanceof Error ? result : undefined

/** How a page with a backend tells what it noted. */
const tellingOf = (config: BackendPageConfig): Telling<Noted> => ({
  tellers: {
    click: beginningOf,
    authorize: ([url, via]) => ['authorize', 'client', 'backend', { url: placeOf(url), via }],
    login: () => ['login', 'user', 'authorization server', {}],
    backend: (facts, result) => toldOfRequest(config, facts, result),
    tokens: (_, result) => ['tokens', 'backend', 'client', tokensIn(result)],
    call(facts, result) {
      const resource: NamedResource | undefined = matchResource(config.resources, facts[1])
      return callTo(resource?.name === undefined ? 'resource server' : 'backend', facts, result)
    },
    tab: ([fact]) => ['tab', 'other tab', 'client', { fact }],
    'sign-out': ([isLocal]) => ['sign-out', 'user', 'client', { isLocal }],
  },
  errorIn,
})

/** When this tab left for the backend, if it has come back from there. */
async function departure(tabStore: Store, name: string): Promise<number | undefined> {
  const [since] = await tabStore.update(name, () => undefined).catch(() => [undefined])
  return typeof since === 'number' ? since : undefined
}

/** Tell of all that was noted, and of what will be. */
export async function tellTrace(
  { config, notes }: BackendSession,
  tabStore: Store,
  emit: (event: VaultEvent) => void,
): Promise<void> {
  const telling = tellingOf(config)
  const name = `pixy-auth:trace-left:${config.key}`
  const hear = inTurn((note, number) => {
    for (const event of eventsOf(note, number, telling)) emit({ type: 'trace', event })
    // What becomes of it at the backend and the server this page does not see.
    if (note.step === 'authorize' && note.facts[1] === 'redirect')
      tabStore.update(name, () => Date.now()).catch(() => {})
  })
  const since = await departure(tabStore, name)
  if (since) hear({ step: 'login', facts: [since], at: 0 })
  notes.kept.forEach(hear)
  notes.hear = hear
}
