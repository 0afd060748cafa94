import { scriptPage } from './answers.js'
import type { BackendContext } from './context.js'
import { badRequest, checkNavigation, placeOf } from './request-checks.js'

// It says what `page/optional/relay` says in a page of the app, so that the page which opened the popup needs no other
// ear. It reads its own address: nothing of a request is written into it.
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
 * Where a sign-in ends, whatever came of it: where it is by popup, on a page of the backend.
 *
 * @param id of a popup, random: it names the channel
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
 * `GET popup`: tell the page that opened this popup that the sign-in has ended, and close. The channel reaches that page
 * also where a `Cross-Origin-Opener-Policy` has cut it off. Where no page hears it, this window becomes the app.
 */
export async function popup(context: BackendContext, request: Request): Promise<Response> {
  checkNavigation(request)
  const returnTo = new URL(request.url).searchParams.get('returnTo')
  // A relative one would lead from this page into the backend, as if the app had asked for it.
  if (returnTo !== null && placeOf(context, returnTo) !== returnTo)
    throw badRequest('returnTo: give an absolute URL.')
  return scriptPage(script)
}
