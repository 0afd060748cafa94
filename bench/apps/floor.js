// The client by hand, with the storage that is fastest to read. A pending sign-in belongs to its tab, and the metadata
// are fetched again.
import { byHand } from './by-hand.js'

const read = (place) => JSON.parse(place.getItem('floor') ?? 'null') ?? undefined

export default byHand({
  put: (_, { server: __, ...pending }) => sessionStorage.setItem('floor', JSON.stringify(pending)),
  take() {
    const pending = read(sessionStorage)
    sessionStorage.removeItem('floor')
    return pending
  },
  keep: ({ server: __, ...session }) => localStorage.setItem('floor', JSON.stringify(session)),
  session: () => read(localStorage),
})
