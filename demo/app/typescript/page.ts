/** The element of `index.html` with this id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id)
  if (!element) throw new Error(`#${id} is missing in index.html`)
  return element as E
}

/** Show the parts of the page that belong to this status, hide the others. */
export function showOnly(status: string) {
  for (const part of document.querySelectorAll<HTMLElement>('[data-when]')) {
    part.hidden = part.dataset['when'] !== status
  }
}

/** Show a sentence about what is wrong, or hide it. @param isCalm whether the sentence is not about an error */
export function showProblem(sentence = '', isCalm = false) {
  const problem = byId('problem')
  problem.role = isCalm ? 'status' : 'alert'
  problem.textContent = sentence
  problem.hidden = sentence === ''
}

/** Fill a list of names and values. */
export function showClaims(claims: Readonly<Record<string, unknown>>) {
  const rows = Object.entries(claims).map(([name, value]) => {
    const row = document.createElement('div')
    row.append(text('dt', name), text('dd', String(value)))
    return row
  })
  byId('claims').replaceChildren(...rows)
}

/** An element that holds nothing but text. */
export function text(tag: string, content: string): HTMLElement {
  const element = document.createElement(tag)
  element.textContent = content
  return element
}
