import type { Endpoint, LedgerEntry } from './types.js'

/** The ledger's entry of a request that has just arrived: without its form and its status. */
export function entryOf(endpoint: Endpoint | 'unknown', request: Request): LedgerEntry {
  return {
    endpoint,
    method: request.method,
    url: request.url,
    params: Object.fromEntries(new URL(request.url).searchParams),
    headers: Object.fromEntries(request.headers),
    at: Date.now(),
  }
}

/** The parameters of a request: those of its query, then those of its form. */
export async function readParams(request: Request): Promise<URLSearchParams> {
  const params = new URLSearchParams(new URL(request.url).search)
  const type = request.headers.get('content-type') ?? ''
  if (!type.startsWith('application/x-www-form-urlencoded')) return params
  const form = new URLSearchParams(await request.text())
  for (const [name, value] of form) params.append(name, value)
  return params
}
