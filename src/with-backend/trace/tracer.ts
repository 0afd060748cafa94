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

/** The event of a request to the backend, named for the purpose of the request. */
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

/** How the notes of a page with a backend become trace events. */
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

/** Emit a trace event for every note so far, and for every note to come. */
export async function tellTrace(
  { config, notes }: BackendSession,
  tabStore: Store,
  emit: (event: VaultEvent) => void,
): Promise<void> {
  const telling = tellingOf(config)
  const name = `pixy-auth:trace-left:${config.key}`
  const hear = inTurn((note, number) => {
    for (const event of eventsOf(note, number, telling)) emit({ type: 'trace', event })
    // This page does not see what happens at the backend and the server: the next page notes the time between.
    if (note.step === 'authorize' && note.facts[1] === 'redirect')
      tabStore.update(name, () => Date.now()).catch(() => {})
  })
  const since = await departure(tabStore, name)
  if (since) hear({ step: 'login', facts: [since], at: 0 })
  notes.kept.forEach(hear)
  notes.hear = hear
}
