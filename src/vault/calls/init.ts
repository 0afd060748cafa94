import { once } from '../../lib/lazy.js'
import { own } from '../../lib/own.js'

const methods = once(() => {
  const root = Object.prototype
  return Object.create(null, {
    hasOwnProperty: own({ value: root.hasOwnProperty }),
    isPrototypeOf: own({ value: root.isPrototypeOf }),
    propertyIsEnumerable: own({ value: root.propertyIsEnumerable }),
    toString: own({ value: root.toString }),
    valueOf: own({ value: root.valueOf }),
  }) as object
})

/**
 * An object for `fetch`: it has the methods of every object, which wrappers of `fetch` may call, but
 * nothing that a script put into `Object.prototype`.
 */
export function withMethods<T extends object>(given: T): T {
  return { __proto__: methods(), ...given }
}
