/** What an API requires of the user's sign-in before it answers. */
export interface Wanted {
  /** Authentication context classes, space-separated: one of them is enough. */
  acrValues?: string
  /** Seconds since the user authenticated, at most. */
  maxAge?: number
}

/**
 * The answer of an API to a token whose user must sign in with a stronger method, or more recently.
 * Undefined if the token is enough.
 *
 * @param claims of the access token, as `verify()` gives them
 * @see [RFC 9470 §3](https://www.rfc-editor.org/rfc/rfc9470#section-3)
 */
export function stepUpChallenge(
  claims: Record<string, unknown>,
  { acrValues, maxAge }: Wanted,
): Response | undefined {
  const { acr, auth_time } = claims
  const isStrong = !acrValues || acrValues.split(' ').includes(String(acr))
  const isRecent = maxAge === undefined || Date.now() / 1000 - Number(auth_time) <= maxAge
  if (isStrong && isRecent) return undefined
  const params = [
    'error="insufficient_user_authentication"',
    ...(acrValues ? [`acr_values="${acrValues}"`] : []),
    ...(maxAge === undefined ? [] : [`max_age="${maxAge}"`]),
  ]
  const headers = { 'www-authenticate': `Bearer ${params.join(', ')}` }
  return Response.json({ error: 'insufficient_user_authentication' }, { status: 401, headers })
}
