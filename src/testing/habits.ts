import { page, refuse } from './answers.js'
import type { Realm } from './realm.js'
import type { Endpoint } from './types.js'

/** What this server refuses before an endpoint looks at the request; undefined where nothing. */
export function refusalByHabit(
  { options }: Realm,
  { url, headers }: Request,
): Response | undefined {
  const { maxUrl = Infinity, exactContentType } = options
  if (url.length > maxUrl) return page('Request Header Fields Too Large', 431)
  const type = headers.get('content-type') ?? 'application/x-www-form-urlencoded'
  return exactContentType && type !== 'application/x-www-form-urlencoded'
    ? refuse('invalid_request', `The content type ${type} is not supported.`, 415)
    : undefined
}

/** The answer of the token endpoint as a form, where this server answers so. */
export async function asHabit(
  { options }: Realm,
  endpoint: Endpoint | 'unknown',
  request: Request,
  answer: Response,
): Promise<Response> {
  const isAsked = request.headers.get('accept')?.includes('application/json')
  const isForm = options.form === 'always' || (options.form === 'unasked' && !isAsked)
  const isJson = answer.headers.get('content-type') === 'application/json'
  if (!isForm || !isJson || endpoint !== 'token') return answer
  const { status, headers } = answer
  headers.set('content-type', 'application/x-www-form-urlencoded; charset=utf-8')
  const members = Object.entries((await answer.json()) as object)
  const form = new URLSearchParams(members.map(([name, value]) => [name, String(value)]))
  return new Response(form.toString(), { status, headers })
}
