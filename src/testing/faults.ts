import { denyOrigins } from './cors.js'
import type { Endpoint, Fault } from './types.js'

/** The faults that a test has planned, and the requests that one of them delays. */
export interface Faults {
  add(endpoint: Endpoint, fault: Fault, times: number): void
  /**
   * Use one planned fault for the endpoint's next answer; an empty fault if none is planned. A fault
   * that does not pass `only` stays planned.
   */
  take(endpoint: Endpoint | 'unknown', only?: (fault: Fault) => boolean): Fault
  /** Forget every planned fault and release the requests that wait. */
  heal(): void
  /** Wait before the request is handled, for as long as the fault says. */
  hold(fault: Fault, signal: AbortSignal): Promise<void>
}

interface Planned {
  endpoint: Endpoint
  fault: Fault
  left: number
}

/** Start without any planned fault. */
export function createFaults(): Faults {
  const planned: Planned[] = []
  const held = new Set<() => void>()
  const take: Faults['take'] = (endpoint, only = () => true) => {
    const next = planned.find((plan) => plan.endpoint === endpoint && plan.left > 0)
    if (!next || !only(next.fault)) return {}
    next.left -= 1
    return next.fault
  }
  return {
    add: (endpoint, fault, times) => void planned.push({ endpoint, fault, left: times }),
    take,
    heal: () => {
      planned.length = 0
      for (const release of held) release()
    },
    hold: async (fault, signal) => {
      if (fault.delay !== undefined) await pause(fault.delay, held)
      if (fault.hang) await hang(signal, held)
      if (fault.drop === 'before') throw connectionReset()
    },
  }
}

/** The error that `fetch` rejects with if a fault cuts the connection. */
export function connectionReset(): Error {
  const error = new Error('The connection was reset.')
  error.name = 'ConnectionReset'
  return error
}

/** The answer, changed as the fault says. */
export async function distort(answer: Response, fault: Fault): Promise<Response> {
  const status = fault.status ?? answer.status
  const given = fault.body instanceof ReadableStream ? fault.body : await bytesOf(answer, fault)
  const { headers } = fault.cors === false ? denyOrigins(answer) : answer
  for (const [name, value] of Object.entries(fault.headers ?? {})) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  const body = [204, 205, 304].includes(status) ? null : given
  return new Response(body, { status, headers })
}

/** As bytes: with a text, `Response` would set a content type even where the fault deleted it. */
async function bytesOf(answer: Response, fault: Fault): Promise<Uint8Array<ArrayBuffer>> {
  return new TextEncoder().encode(await textOf(answer, fault))
}

async function textOf(answer: Response, { body }: Fault): Promise<string> {
  if (typeof body === 'string') return body
  const text = await answer.text()
  if (typeof body !== 'function') return text
  const isJson = answer.headers.get('content-type') === 'application/json'
  const json = (isJson ? JSON.parse(text) : {}) as Record<string, unknown>
  return JSON.stringify(body(json)) ?? ''
}

function pause(milliseconds: number, held: Set<() => void>): Promise<void> {
  return new Promise((resolve) => {
    const release = (): void => {
      clearTimeout(timer)
      held.delete(release)
      resolve()
    }
    const timer = setTimeout(release, milliseconds)
    held.add(release)
  })
}

function hang(signal: AbortSignal, held: Set<() => void>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const release = (): void => {
      held.delete(release)
      reject(connectionReset())
    }
    held.add(release)
    signal.addEventListener('abort', release, { once: true })
    if (signal.aborted) release()
  })
}
