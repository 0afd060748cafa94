import { own } from '../../config.js'
import { AuthError, isAuthError } from '../../errors.js'
import { fault } from '../../remedies.js'
import type { Sign } from '../signer.js'
import { Refusal, type Json } from './classify.js'

/** One question to the authorization server. */
export interface Ask {
  /** The form to post; without one it is a GET. */
  readonly form?: Readonly<Record<string, string | undefined>> | URLSearchParams
  readonly token?: string
  readonly sign?: Sign | undefined
  /** Milliseconds to wait for the whole answer, body included. */
  readonly within: number
  /** Asked synchronously in the moment of sending: may it still go out? */
  readonly mayPost?: () => boolean
  /** Where nobody is in a hurry: leave failures as they are, and outlive the page. */
  readonly quiet?: boolean
  /** Whether a copy that the browser keeps will do. */
  readonly cache?: RequestCache
}

/** An answer in the 200s. */
export interface Answer {
  readonly json: Json
  readonly text: string
}

function parse(text: string): Json {
  try {
    const json: unknown = JSON.parse(text)
    if (json === Object(json)) return own(json as Json)
  } catch {
    // Nobody's words are no answer.
  }
  return own({})
}

// A page is not told why fetch failed. Without CORS a request gets through where only CORS is wrong.
async function unreached(url: string, headers: HeadersInit): Promise<AuthError> {
  // The requests of a page that is being left fail as well; it does not live to ask this.
  await new Promise((resolve) => setTimeout(resolve, 100))
  const gets = (mode: RequestMode): Promise<boolean> =>
    fetch(url, own({ mode, headers, signal: AbortSignal.timeout(3000) })).then(
      () => true,
      () => false,
    )
  const isCors = !(await gets('cors')) && (await gets('no-cors'))
  const { origin, pathname } = new URL(url)
  const detail = `${origin + pathname}:`
  return isCors ? fault('cors', detail) : new AuthError('network', detail)
}

// No honest answer is so long; one that never ends must not fill the memory.
const most = 2 ** 18

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  const reader = body?.getReader()
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    size += part.value.length
    if (size > most) {
      reader?.cancel().catch(() => {})
      throw fault('invalid_response', 'It is too long.')
    }
    chunks.push(part.value)
  }
  return new Blob(chunks).text()
}

function encode(form: NonNullable<Ask['form']>): URLSearchParams {
  const given = Object.entries(form).filter(([, value]) => value !== undefined)
  return form instanceof URLSearchParams ? form : new URLSearchParams(given as [string, string][])
}

/**
 * Ask an endpoint, and read its answer whole. No header is sent that would need a preflight, for some
 * token endpoints refuse these; redirects are not followed, for a body with a code in it must not be.
 *
 * @throws Refusal for an answer that is no success, AuthError `network`, `cors`, `timeout`, `aborted`
 */
export async function ask(url: string, given: Ask): Promise<Answer> {
  const { form, token, sign, within, mayPost, quiet, cache = 'default' } = own(given)
  const signal = AbortSignal.timeout(within)
  const method = form ? 'POST' : 'GET'
  const redirect = 'manual'
  const body = form ? encode(form) : null
  const init: RequestInit = { method, body, redirect, signal, cache, keepalive: quiet === true }

  async function send(proof?: string): Promise<Response> {
    const headers = {
      ...(token && { authorization: `${proof ? 'DPoP' : 'Bearer'} ${token}` }),
      ...(proof && { dpop: proof }),
    }
    if (mayPost?.() === false) throw new AuthError('aborted')
    return fetch(url, own({ ...init, headers: own(headers) }))
  }

  try {
    const response = await (sign ? sign({ method, url }, send) : send())
    const text = await textOf(response)
    const json = parse(text)
    if (!response.ok || (json['error'] && !json['access_token']))
      throw new Refusal(response, text, json)
    return { json, text }
  } catch (error) {
    if (error instanceof Refusal || isAuthError(error)) throw error
    if (signal.aborted) throw new AuthError('timeout')
    // It is this header, where it is sent, that CORS may not allow.
    throw quiet || mayPost
      ? new AuthError('network')
      : await unreached(url, sign ? { dpop: '' } : {})
  }
}
