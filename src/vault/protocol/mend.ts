import { own } from '../../config.js'
import type { Json } from './classify.js'

/** Seconds: `expires_in`, or the `expires` of older servers (a moment, when it is that large). */
export function lifetime({ expires_in, expires }: Json): number {
  const given = [expires_in, expires].find(
    (value) => value !== undefined && value !== null && value !== '',
  )
  const seconds = Number(given ?? NaN)
  return seconds > 1e9 && given === expires ? seconds - Date.now() / 1000 : seconds
}

/** What oauth4webapi throws at, servers send: nulls, empty members, lists, numbers in strings. */
export function mend(json: Json, openid: boolean): Json {
  const names = [
    'access_token',
    'token_type',
    'refresh_token',
    'scope',
    ...(openid ? ['id_token'] : []),
  ]
  const mended = own<Json>({})
  for (const name of names) {
    const value = json[name]
    if (value) mended[name] = Array.isArray(value) ? value.join(' ') : value
  }
  return mended
}
