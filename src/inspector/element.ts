import type { Auth } from '../index.js'
import { blockedBy } from './policy.js'
import { createView, type View } from './view.js'

/** `<pixy-inspector>`. With the attribute `inline` it is part of the page, and open. */
export interface PixyInspector extends HTMLElement {
  /** The client that it shows. */
  auth: Auth
  /** Whether the diagram is shown, and not the badge alone. */
  open: boolean
}

const name = 'pixy-inspector'

// Stays undefined if another copy of this library has defined the element.
let own: CustomElementConstructor | undefined

/** Make the element; it is defined once. */
export function createInspector(): PixyInspector {
  if (!customElements.get(name)) customElements.define(name, (own = makeClass()))
  const element = document.createElement(name) as PixyInspector
  element.toggleAttribute('of-two-copies', !own)
  return element
}

// Within a function: a server has no `HTMLElement`.
function makeClass(): CustomElementConstructor {
  return class extends HTMLElement implements PixyInspector {
    auth!: Auth
    #view: View | undefined
    #undo: (() => void)[] = []

    get open(): boolean {
      return this.#view?.isOpen() ?? false
    }
    set open(is: boolean) {
      this.#view?.setOpen(is)
    }
    connectedCallback(): void {
      const view = (this.#view ??= createView(this.auth, this.attachShadow({ mode: 'open' })))
      if (this.hasAttribute('inline')) view.setOpen(true)
      const hear = (event: SecurityPolicyViolationEvent): void => {
        const blocked = blockedBy(event)
        if (blocked) view.block(blocked)
      }
      const listening = new AbortController()
      document.addEventListener('securitypolicyviolation', hear, listening)
      const timer = setInterval(() => view.tick(), 1000)
      this.#undo = [
        this.auth.trace((event) => view.add(event)),
        () => clearInterval(timer),
        () => listening.abort(),
      ]
    }
    disconnectedCallback(): void {
      for (const undo of this.#undo) undo()
    }
  }
}
