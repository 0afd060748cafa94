import type { Via } from '../door.js'

// The `state` parameter is `px1`, a letter that says what the server was asked for, six characters
// that name the client, and random characters. Only this file writes it or takes it apart.
// See RFC 6749 §4.1.1.

/** What the server was asked for: a sign-in, by one of the ways, or a sign-out. */
export type Purpose = Via | 'sign-out'

const letters: Readonly<Record<Purpose, string>> = {
  redirect: 'r',
  link: 'l',
  popup: 'p',
  iframe: 'i',
  'sign-out': 'o',
}

/** A `state` parameter as its reader sees it. */
export interface StateParam {
  readonly purpose: Purpose
  /** The client that asked, as `fingerprintOf` names it. */
  readonly fingerprint: string
}

/** @param random at least 128 random bits, as text */
export function writeState(purpose: Purpose, fingerprint: string, random: string): string {
  return `px1${letters[purpose]}${fingerprint}${random}`
}

/** `undefined` for a `state` that this library did not write. */
export function readState(state: string | undefined): StateParam | undefined {
  const [, letter, fingerprint = ''] = /^px1(.)(.{0,6})/.exec(state ?? '') ?? []
  const purpose = (Object.keys(letters) as Purpose[]).find((name) => letters[name] === letter)
  return purpose && { purpose, fingerprint }
}

/** The `state` of this library in a URL: in its query, or in its fragment (`response_mode=fragment`). */
export const stateIn = (href: string): string | undefined =>
  /[?&#]state=(px1[^&#]*)/.exec(href)?.[1]
