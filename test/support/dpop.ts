import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose'
import { expect, type Tab } from './fixture.js'
import { stored, type Stored } from './session.js'

/** The claims of a proof, its algorithm and the thumbprint of its key. */
export interface Proof extends JWTPayload {
  readonly alg: string
  readonly jkt: string
  readonly htm: string
  readonly htu: string
  readonly ath?: string
  readonly nonce?: string
}

/** A session's record with its key. */
export interface Bound extends Stored {
  key?: { alg: string; privateKey: unknown; jwk: JsonWebKey }
}

/** The thumbprint of the session's key. */
export async function thumbprint(tab: Tab): Promise<string> {
  const { key } = (await stored(tab)) as Bound
  return calculateJwkThumbprint(key!.jwk as Parameters<typeof calculateJwkThumbprint>[0])
}

/** The proof in a request's headers. */
export async function proofIn({
  headers,
}: {
  headers: Record<string, string>
}): Promise<Proof | undefined> {
  const { dpop } = headers
  if (!dpop) return undefined
  const { alg, jwk } = decodeProtectedHeader(dpop)
  return { ...decodeJwt(dpop), alg, jkt: await calculateJwkThumbprint(jwk!) } as Proof
}

/** The proofs of these requests; each request must have its own. */
export async function proofsIn(
  requests: readonly { headers: Record<string, string> }[],
): Promise<Proof[]> {
  const proofs = await Promise.all(requests.map(proofIn))
  expect(proofs).not.toContain(undefined)
  expect(new Set(proofs.map((proof) => proof?.jti)).size).toBe(requests.length)
  return proofs as Proof[]
}

/** The private keys in this origin's IndexedDB, each with the formats that can be exported. */
export function keys({ page }: Tab): Promise<string[]> {
  return page.evaluate(async () => {
    const open = indexedDB.open('pixy-auth')
    await new Promise((resolve) => (open.onsuccess = resolve))
    const all = open.result.transaction('keyval').objectStore('keyval').getAll()
    await new Promise((resolve) => (all.onsuccess = resolve))
    open.result.close()
    const found: CryptoKey[] = []
    const visit = (value: unknown): void => {
      if (value instanceof CryptoKey) found.push(value)
      else if (typeof value === 'object' && value) Object.values(value).forEach(visit)
    }
    visit(all.result)
    const formats = ['jwk', 'pkcs8', 'raw'] as const
    return Promise.all(
      found.map(async (key) => {
        const tried = formats.map((format) =>
          crypto.subtle.exportKey(format, key).then(
            () => format,
            () => 'no',
          ),
        )
        return `${key.type}: ${(await Promise.all(tried)).join(' ')}`
      }),
    )
  })
}

declare global {
  interface Window {
    stash?: unknown
  }
}

/** Keep a copy of the session with its key in this tab; `restore` puts it back into the store. */
export async function stash({ page }: Tab): Promise<{ restore(): Promise<void> }> {
  const store = (puts: boolean): Promise<void> =>
    page.evaluate(async (isPut) => {
      const { issuer, clientId } = window.options
      const open = indexedDB.open('pixy-auth')
      await new Promise((resolve) => (open.onsuccess = resolve))
      const all = open.result.transaction('keyval', 'readwrite').objectStore('keyval')
      const name = `pixy-auth:session:${issuer} ${clientId}`
      const request = isPut ? all.put(window.stash, name) : all.get(name)
      await new Promise((resolve) => (request.onsuccess = resolve))
      if (!isPut) window.stash = request.result
      open.result.close()
    }, puts)
  await store(false)
  return { restore: () => store(true) }
}

/** From the next page on, the clock of this tab is ahead. */
export function runAhead({ page }: Tab, seconds: number): Promise<unknown> {
  return page.addInitScript((ahead) => {
    const now = Date.now.bind(Date)
    Date.now = () => now() + ahead * 1000
  }, seconds)
}
