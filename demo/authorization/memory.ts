import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

interface Entry {
  readonly payload: AdapterPayload
  readonly expiresAt: number
}

/** The store of oidc-provider, in memory. Each server has its own. */
export function memory(): AdapterFactory {
  const models = new Map<string, Map<string, Entry>>()
  return (model) => {
    const entries = new Map<string, Entry>()
    models.set(model, entries)
    return adapter(entries, models)
  }
}

function adapter(entries: Map<string, Entry>, models: Map<string, Map<string, Entry>>): Adapter {
  const live = (entry?: Entry) =>
    entry && entry.expiresAt > Date.now() ? entry.payload : undefined
  const findBy = async (member: 'uid' | 'userCode', value: string) =>
    live([...entries.values()].find(({ payload }) => payload[member] === value))

  return {
    async upsert(id, payload, expiresIn = Infinity) {
      for (const [id, entry] of entries) if (!live(entry)) entries.delete(id)
      entries.set(id, { payload, expiresAt: Date.now() + expiresIn * 1000 })
    },
    async find(id) {
      return live(entries.get(id))
    },
    findByUid: (uid) => findBy('uid', uid),
    findByUserCode: (code) => findBy('userCode', code),
    async consume(id) {
      const payload = live(entries.get(id))
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      entries.delete(id)
    },
    async revokeByGrantId(grantId) {
      for (const entries of models.values()) {
        for (const [id, { payload }] of entries) {
          if (payload.grantId === grantId) entries.delete(id)
        }
      }
    },
  }
}
