import { byId, text } from './page.js'

interface Entry {
  readonly time: string
  readonly what: string
}

const key = 'demo:log'
const longest = 30

/** Add a line to the log. The log is kept while the browser visits the authorization server. */
export function log(what: string) {
  const entry = { time: new Date().toLocaleTimeString([], { hour12: false }), what }
  const entries = [entry, ...read()].slice(0, longest)
  sessionStorage.setItem(key, JSON.stringify(entries))
  byId('log').prepend(item(entry))
}

/** Show the lines from before this page was loaded. */
export function showLog() {
  byId('log').replaceChildren(...read().map(item))
}

function read(): Entry[] {
  return JSON.parse(sessionStorage.getItem(key) ?? '[]') as Entry[]
}

function item({ time, what }: Entry): HTMLElement {
  const item = document.createElement('li')
  item.append(text('time', time), text('span', what))
  return item
}
