import { byId } from './page.js'

const key = 'demo:switches'
const placeKey = 'demo:place'
const focus = 'demo:focus'

// The page stores these switches, for all of its tabs. The servers hold the others.
const ofPage = ['popup', 'dpop', 'par', 'plain'] as const
const ofServers = ['short', 'down'] as const

/** Where tokens live. */
const places = ['page', 'tokens', 'proxy'] as const
type Place = (typeof places)[number]
type Switch = (typeof ofPage)[number]

/** Where the tokens of this page are: in the page, at a backend that gives them to it, or at one that makes the calls. */
export const place = (): Place =>
  places.find((one) => one === localStorage.getItem(placeKey)) ?? 'page'

const kept = (): string[] => JSON.parse(localStorage.getItem(key) ?? '[]') as string[]

/** Whether this switch has an effect now: a backend has its own options, and a plain server excludes `dpop` and `par`. */
const isFit = (name: Switch): boolean =>
  place() === 'page' && !(/^(dpop|par)$/.test(name) && kept().includes('plain'))

/** Whether this switch of the page is on. */
export const isOn = (name: Switch): boolean => isFit(name) && kept().includes(name)

/** Show how the switches are set, and apply the user's changes. */
export async function showSwitches() {
  for (const name of ofPage) {
    const input = byId<HTMLInputElement>(name)
    input.checked = isOn(name)
    input.disabled = !isFit(name)
    input.addEventListener('change', () => {
      const others = kept().filter((other) => other !== name)
      localStorage.setItem(key, JSON.stringify(input.checked ? [...others, name] : others))
      again(name)
    })
  }
  for (const name of places) {
    const input = byId<HTMLInputElement>(`in-${name}`)
    input.checked = name === place()
    byId(`about-${name}`).hidden = name !== place()
    input.addEventListener('change', () => {
      localStorage.setItem(placeKey, name)
      again(input.id)
    })
  }
  byId(sessionStorage.getItem(focus) ?? 'who').focus()
  sessionStorage.removeItem(focus)
  for (const name of ofServers) {
    const input = byId<HTMLInputElement>(name)
    input.addEventListener('change', () => set(name, input.checked))
  }
  const on = (await (await fetch('/switches')).json()) as string[]
  for (const name of ofServers) byId<HTMLInputElement>(name).checked = on.includes(name)
}

/** Load the page again: a client is made once for a page, so other options need a new page. */
function again(focused: string) {
  sessionStorage.setItem(focus, focused)
  location.reload()
}

const set = (name: string, isOn: boolean): Promise<Response> =>
  fetch(`/switches/${name}`, { method: isOn ? 'PUT' : 'DELETE' })

/** Make the server lose its answer to the next refresh. */
export const loseNextAnswer = (): Promise<Response> => set('lose', true)

/** Undo `loseNextAnswer`, in case there was no refresh. */
export const loseNoAnswer = (): Promise<Response> => set('lose', false)

/** Make the API treat every access token issued so far as expired. */
export const expire = (): Promise<Response> => fetch('/expired', { method: 'PUT' })

/** How often a refresh token brought new tokens. */
export const refreshes = async (): Promise<number> =>
  (await (await fetch('/refreshes')).json()) as number
