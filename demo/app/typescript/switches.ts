import { byId } from './page.js'

const key = 'demo:switches'
const focus = 'demo:focus'

// The page keeps these, for all of its tabs; the servers keep the others.
const ofPage = ['dpop', 'par', 'popup'] as const
const ofServers = ['short', 'down'] as const

const kept = (): string[] => JSON.parse(localStorage.getItem(key) ?? '[]') as string[]

/** Whether this switch of the page is on. */
export const isOn = (name: (typeof ofPage)[number]): boolean => kept().includes(name)

/** Show how the switches are set, and do what the user wants of them. */
export async function showSwitches() {
  for (const name of ofPage) {
    const input = byId<HTMLInputElement>(name)
    input.checked = isOn(name)
    input.addEventListener('change', () => {
      const others = kept().filter((other) => other !== name)
      localStorage.setItem(key, JSON.stringify(input.checked ? [...others, name] : others))
      // A client is made once, so a page with other options is another page.
      sessionStorage.setItem(focus, name)
      location.reload()
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

const set = (name: string, isOn: boolean): Promise<Response> =>
  fetch(`/switches/${name}`, { method: isOn ? 'PUT' : 'DELETE' })

/** Make the server lose its answer to the next refresh. */
export const loseNextAnswer = (): Promise<Response> => set('lose', true)

/** Take that back, where there was no refresh. */
export const loseNoAnswer = (): Promise<Response> => set('lose', false)

/** Make the API take this token for expired. @param jti the token's identifier */
export const expire = (jti: string): Promise<Response> =>
  fetch(`/expired/${jti}`, { method: 'PUT' })
