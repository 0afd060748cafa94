import type { AuthState } from '../../api.js'
import type { Snapshot } from '../../door.js'
import { AuthError, toData } from '../../errors.js'
import type { AuthOptions } from '../../options.js'
import type { Idle, Start } from '../client.js'
import { endedSession } from '../flags.js'
import { unrestored } from '../sign-in/unrestored.js'
import type { StateStore } from '../state.js'

/**
 * A session is ended this many milliseconds after its end, as another tab may just have noted that the user did
 * something.
 */
const GRACE = 1000

const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'scroll']

interface Activity {
  /** The user does something. */
  note(): void
  /** Learn what other tabs noted. @returns whether it is known when the user did something */
  read(): boolean
  /** Milliseconds since the user did something. */
  age(): number
}

/**
 * When the user last did something in any tab: by the wall clock, which tabs share, and by this tab's monotonic
 * clock. The longer time counts: one clock may stop while the device sleeps, and the other may be set back.
 */
function createActivity(key: string): Activity {
  let last = 0
  let seenAt = -Infinity
  return {
    note() {
      last = Date.now()
      seenAt = performance.now()
      endedSession(key, `${last}`, 'active')
    },
    read() {
      const told = Number(endedSession(key, undefined, 'active') || last)
      if (told === last) return !!last
      // If a page starts and finds a time in the future, the clock was set back: that time says nothing.
      if (last || told <= Date.now() + GRACE) seenAt = performance.now()
      last = told
      return true
    },
    age: () => Math.max(Date.now() - last, performance.now() - seenAt),
  }
}

/** Show when the session is going to end, or that it is not. */
function showEnd(state: StateStore, moment: number | undefined): void {
  const now = state.current()
  const id = state.caller()?.id
  if (now.status !== 'signed-in' || !id || now.endsAt === moment) return
  const { endsAt: _, ...rest } = now
  state.show({ ...rest, id, ...(moment && { endsAt: moment }) })
}

/** End the session as `signOut()` does, but leave the page where it is. */
async function end({ config, door }: Start, id: string | undefined): Promise<void> {
  const { key, restore } = config()
  // Before the first `await`, as the page may be left.
  endedSession(key, id)
  if (restore) unrestored(key, 'sign-out')
  const ended = await door?.vault.signOut({})
  endedSession(key, ended?.undeleted)
}

const over = (): Snapshot => ({
  status: 'signed-out',
  error: toData(new AuthError('session_ended', 'Nothing was done for as long as `idle` allows.')),
})

/**
 * End the session of a user who does nothing in any tab.
 *
 * @param idle the option
 */
export function watchIdle(
  page: Start,
  state: StateStore,
  { after, warn = 0 }: NonNullable<AuthOptions['idle']>,
): Idle {
  const activity = createActivity(page.config().key)
  const { disposed: signal } = page
  let timer: ReturnType<typeof setTimeout> | undefined
  let before = state.current().status
  let endsAt: number | undefined
  let isRestored = false

  const isSignedIn = (): boolean => state.current().status === 'signed-in'
  const left = (): number => after * 1000 - activity.age()

  function look(): void {
    clearTimeout(timer)
    if (signal.aborted || !isSignedIn()) return
    activity.read()
    const ms = left()
    if (ms <= -GRACE) return void end(page, state.caller()?.id).catch(() => {})
    const isNear = ms <= warn * 1000
    endsAt = isNear ? Math.round(Date.now() + ms) : undefined
    showEnd(state, endsAt)
    // A visible tab ends the session first, so that the hidden ones need not tell the server.
    const late = document.hidden ? GRACE * (2 + Math.random()) : GRACE
    // A timer that is longer would fire at once.
    timer = setTimeout(look, Math.min(isNear ? ms + late : ms - warn * 1000, 2 ** 31 - 1))
  }

  function hear({ isTrusted }: Event): void {
    if (!isTrusted || !isSignedIn() || activity.age() < 1000) return
    activity.read()
    // If the session reached its end while the device slept, what the user does now comes too late.
    if (left() > 0) activity.note()
    look()
  }

  function onState({ status }: AuthState): void {
    const wasSignedIn = before === 'signed-in'
    before = status
    if (status === 'signed-in') {
      if (wasSignedIn) return showEnd(state, endsAt)
      // A sign-in counts as something that the user did.
      if (!isRestored) activity.note()
      isRestored = false
      look()
    } else if (wasSignedIn) {
      endsAt = undefined
      activity.read()
      if (left() <= 0) state.show(over())
    }
  }

  state.subscribe(onState)
  for (const sign of signs) addEventListener(sign, hear, { capture: true, passive: true, signal })
  for (const sign of ['storage', 'focus', 'pageshow', 'visibilitychange'])
    addEventListener(sign, look, { signal })

  return {
    async restored(id) {
      if (!activity.read()) activity.note()
      isRestored = true
      if (left() > 0) return undefined
      await end(page, id)
      return { snapshot: over() }
    },
  }
}
