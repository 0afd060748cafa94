import { button, make } from './dom.js'
import type { Model } from './model.js'
import { toMermaid, toReport } from './report.js'

/** The buttons above the diagram. @param paint called after a change */
export function createTools(
  model: Model,
  filter: HTMLInputElement,
  paint: () => void,
): HTMLElement[] {
  const said = make('p', { role: 'status' })
  const copy = (text: string): void => void tellCopied(said, text)
  const paste = pasteBox((text) => {
    model.replay(text)
    paint()
  })
  const pause = button('Pause', () => {
    pause.textContent = model.pause() ? 'Go on' : 'Pause'
    paint()
  })
  const clear = button('Clear', () => {
    model.clear()
    paint()
  })
  const tools = make(
    'div',
    { className: 'tools' },
    filter,
    pause,
    clear,
    button('Copy report', () => copy(toReport({ events: model.all(), origin: model.origin() }))),
    button('Copy Mermaid', () => copy(toMermaid(model.all()))),
    button('Paste report', () => (paste.hidden = !paste.hidden)),
    said,
  )
  return [tools, paste]
}

/** The box for a pasted report. @param show gets the text, or nothing to go back to the live session */
function pasteBox(show: (text?: string) => void): HTMLElement {
  const problem = make('p', { role: 'alert' })
  const text = make('textarea')
  text.ariaLabel = 'The report'
  const run = (given?: string): void => {
    problem.textContent = ''
    try {
      show(given)
    } catch (error) {
      problem.textContent = (error as Error).message
    }
  }
  const replay = button('Replay', () => run(text.value))
  const back = button('Back to live', () => run())
  return make('div', { className: 'paste', hidden: true }, text, replay, ' ', back, problem)
}

async function tellCopied(said: HTMLElement, text: string): Promise<void> {
  said.textContent = await navigator.clipboard.writeText(text).then(
    () => 'Copied.',
    () => 'This page may not write to the clipboard.',
  )
}
