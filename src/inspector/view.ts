import type { Auth } from '../index.js'
import { button, make } from './dom.js'
import { draw, lanesOf } from './draw.js'
import { createModel } from './model.js'
import type { Blocked } from './policy.js'
import { labelOf, type Shown } from './report.js'
import { css } from './style.js'
import { lifeOf, summaryOf, twoCopies, wordOf } from './summary.js'
import { createTools } from './tools.js'
import { whyOf } from './why.js'

/** The content of the element's shadow tree. */
export interface View {
  add(event: Shown): void
  block(blocked: Blocked): void
  /** Show the state, and the time that is left. */
  tick(): void
  isOpen(): boolean
  setOpen(is: boolean): void
}

export function createView(auth: Auth, root: ShadowRoot): View {
  const model = createModel()
  const badge = button('', () => setOpen(!isOpen()))
  badge.className = 'badge'
  const head = make('header')
  const filter = make('input', { type: 'search', placeholder: 'Filter', oninput: () => paint() })
  filter.ariaLabel = 'Filter the steps'
  const list = createList()
  const tools = createTools(model, filter, () => paint())
  const panel = make('section', { className: 'panel', hidden: true }, head, ...tools, list.element)
  panel.ariaLabel = 'pixy-auth inspector'
  // A constructed style sheet, because a strict policy allows no style in the markup.
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [sheet]
  root.append(panel, badge)

  const isOpen = (): boolean => !panel.hidden

  function setOpen(is: boolean): void {
    panel.hidden = !is
    paint()
  }

  function paint(): void {
    tick()
    const word = filter.value.toLowerCase()
    const shown = model.all().filter((event) => labelOf(event).toLowerCase().includes(word))
    if (isOpen()) list.show(shown, (event) => whyOf(event, model.all(), model.origin()))
  }

  function tick(): void {
    const { state } = auth
    const isLive = !model.isReplay()
    const [title = '', ...lines] = isLive ? summaryOf(state) : ['A report that was pasted']
    badge.replaceChildren(make('span', { className: 'dot' }), `pixy-auth: ${wordOf(state)}`)
    badge.dataset['status'] = wordOf(state)
    badge.ariaExpanded = `${isOpen()}`
    const life = isLive && state.status === 'signed-in' ? lifeOf(model.all()) : undefined
    if (isLive && root.host.hasAttribute('of-two-copies')) lines.push(twoCopies)
    const rest = lines.map((line) => make('p', {}, line))
    head.replaceChildren(make('h2', {}, title), ...rest, ...(life ? [life] : []))
  }

  const paintSoon = soon(paint)
  tick()
  return {
    add(event) {
      model.add(event)
      paintSoon()
    },
    block(blocked) {
      model.block(blocked)
      paintSoon()
    },
    tick,
    isOpen,
    setOpen,
  }
}

/** Do this work once for all calls in the same task. */
function soon(work: () => void): () => void {
  let isDue = false
  return () => {
    if (isDue) return
    isDue = true
    queueMicrotask(() => {
      isDue = false
      work()
    })
  }
}

interface List {
  readonly element: HTMLElement
  /** @param why gives the sentence on why a step failed */
  show(events: readonly Shown[], why: (event: Shown) => string | undefined): void
}

/** The diagram: a list of steps, drawn between the lanes. */
function createList(): List {
  const opened = new Set<string>()
  const lanes = make('div', { className: 'lanes', lang: 'en', ariaHidden: 'true' })
  const list = make('ol')
  const element = make('div', { className: 'scroll' }, lanes, list)
  // The list scrolls to each new step, unless the reader has scrolled back.
  let isAtEnd = true
  element.onscroll = () => {
    isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 40
  }

  function show(...[events, why]: Parameters<List['show']>): void {
    const actors = lanesOf(events)
    element.style.setProperty('--lanes', `${actors.length}`)
    lanes.replaceChildren(
      // Soft hyphens, where a narrow lane may break its name.
      ...actors.map((actor) =>
        make('span', {}, actor.replaceAll(/tho|ri(?=z)|re(?=so)|back/g, '$&\u{AD}')),
      ),
    )
    const root = element.getRootNode() as ShadowRoot
    const focused = [...list.children].findIndex((item) => item.contains(root.activeElement))
    const toggle = (id: string): void => {
      if (!opened.delete(id)) opened.add(id)
      show(events, why)
    }
    const items = events.map((event) =>
      draw(event, why(event), actors, opened.has(event.id), () => toggle(event.id)),
    )
    list.replaceChildren(...items)
    if (isAtEnd) element.scrollTop = element.scrollHeight
    list.children[focused]?.querySelector('button')?.focus()
  }

  return { element, show }
}
