import { factsOf, originOf, type Shown } from './report.js'

/** What the Content Security Policy of this page blocked. A request that it blocks fails as any other does. */
export interface Blocked {
  /** Such as `connect-src`. */
  readonly directive: string
  readonly origin: string
}

/** @returns nothing where the policy only reports, or is about something else */
export function blockedBy({
  blockedURI,
  effectiveDirective: directive,
  disposition,
}: Pick<SecurityPolicyViolationEvent, 'blockedURI' | 'effectiveDirective' | 'disposition'>):
  Blocked | undefined {
  const origin = originOf(blockedURI)
  const isOurs = disposition === 'enforce' && /^(connect|frame)-src$/.test(directive)
  return origin && isOurs ? { directive, origin } : undefined
}

/** Mark the step that the policy blocked: a request that failed, or a frame that was to be opened. */
export function withBlocked(event: Shown, all: readonly Blocked[]): Shown {
  const { url, via } = factsOf(event)
  const isFrame = via === 'iframe'
  if (!isFrame && event.outcome !== 'failed') return event
  const found = all.find(
    ({ directive, origin }) =>
      origin === originOf(url) && isFrame !== (directive === 'connect-src'),
  )
  return found ? { ...event, blockedBy: found.directive } : event
}
