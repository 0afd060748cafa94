import type { mapStore } from './vault.js'

/** The part of a session's record that the specs change. */
interface Stored {
  readonly tokens: Record<string, { receivedAt: number; expiresAt: number }>
}

/** Change the record of the session, as an older version or another tab may have left it. */
export function change(
  { records }: ReturnType<typeof mapStore>,
  fn: (record: Stored) => object,
): void {
  for (const [key, record] of records)
    if (key.includes(':session:'))
      records.set(key, { ...(record as Stored), ...fn(record as Stored) })
}

/** A change: the tokens have a lifetime of 300 s, and this many seconds are left. */
export const livingFor =
  (seconds: number) =>
  ({ tokens }: Stored): object => ({
    tokens: Object.fromEntries(
      Object.entries(tokens).map(([key, token]) => {
        const expiresAt = Date.now() + seconds * 1000
        return [key, { ...token, receivedAt: expiresAt - 300_000, expiresAt }]
      }),
    ),
  })
