import { parseUrl } from '../url.js'
import type { TraceText } from '../../trace.js'

const mark = '…'

// `offline_access`, `WWW-Authenticate`, `userinfo_endpoint`.
const words = /^([A-Z]?[a-z]+|[A-Z]+)([_./-]([A-Z]?[a-z]+|[A-Z]+))*\.?$/

/** Strike out what may be a token, a key or the name of a person. */
const redactWord = (word: string): string =>
  /[%@]|^eyJ/.test(word) || (word.length >= 16 && !words.test(word)) ? mark : word

/** Origin and path of a URL. In the path, what may be a secret or a number of the user is struck out. */
export function placeOf(href: string): TraceText {
  const { origin = '', pathname = '' } = parseUrl(href) ?? {}
  const path = pathname.replace(/[^/]+/g, (part) => redactWord(part).replace(/\d{5,}/g, mark))
  return (origin + path).slice(0, 200) as TraceText
}

/**
 * As `placeOf`, for a URL in a sentence. An origin that is written without a slash at its end stays so, as it
 * may have to be registered exactly so.
 */
function placeIn(word: string): TraceText {
  const place = placeOf(word)
  return place === `${word}/` ? (word as TraceText) : place
}

/** A sentence without what may be a secret in it. */
export const redact = (sentence: string): TraceText =>
  sentence
    .replace(/https?:[^\s"',)]*|[\w%@~+=/.-]+/g, (word) =>
      /^https?:/.test(word) ? placeIn(word) : redactWord(word),
    )
    .slice(0, 500) as TraceText
