import { scriptPage } from './answers.js'
import type { BackendContext } from './context.js'
import { badRequest, checkNavigation, placeOf } from './request-checks.js'

// This script sends the same message as `page/optional/relay` in a page of the app, so the page that opened the popup
// has one listener for both. The script reads its own address: nothing of a request is written into the script.
const script = `
const query = new URLSearchParams(location.search)
const channel = new BroadcastChannel('pixy-auth:popup:' + query.get('id'))
let timer = setTimeout(() => location.replace(query.get('returnTo') ?? '/'), 3000)
channel.onmessage = ({ data }) => {
  clearTimeout(timer)
  if (data) timer = setTimeout(close, 30000)
  else close()
}
channel.postMessage(location.origin + '/?state=px1p------' + query.get('id'))
`

/**
 * The URL where a sign-in ends, with success or with an error. A sign-in by popup ends on a page of the backend.
 *
 * @param id of the popup: random, and part of the channel's name
 */
export function popupPlace(
  { backend: { url } }: BackendContext,
  id: string | null,
  returnTo: string,
): string {
  if (id === null) return returnTo
  if (!/^[\w-]{20,64}$/.test(id)) throw badRequest('popup: give a UUID.')
  return `${url.href}/popup?${new URLSearchParams({ id, returnTo }).toString()}`
}

/**
 * `GET popup`: tell the page that opened this popup that the sign-in has ended, and close. The channel reaches that
 * page even if a `Cross-Origin-Opener-Policy` has separated the windows. If no page replies, this window loads the app.
 */
export async function popup(context: BackendContext, request: Request): Promise<Response> {
  checkNavigation(request)
  const returnTo = new URL(request.url).searchParams.get('returnTo')
  // From this page a relative URL would lead to a route of the backend, as if the app had asked for it.
  if (returnTo !== null && placeOf(context, returnTo) !== returnTo)
    throw badRequest('returnTo: give an absolute URL.')
  return scriptPage(script)
}
