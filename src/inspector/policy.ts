import { factsOf, originOf, type Shown } from './report.js'

/** What the page's Content Security Policy blocked. The error of a blocked request does not name this cause. */
export interface Blocked {
  /** Such as `connect-src`. */
  readonly directive: string
  readonly origin: string
}

/** @returns `undefined` if the policy only reports, or the event is about another directive */
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
