// The functions with which the tables of the libraries write arguments and options.

/** @typedef {import('./types.js').Call} Call */
/** @typedef {import('./types.js').OptionRule} OptionRule */
/** @typedef {import('./types.js').Option} Option */

/**
 * Turn the argument of a call into options of pixy-auth: each property gets its new name, or the text that a function
 * writes for it.
 *
 * @param {Record<string, string | undefined | ((value: import('ts-morph').Node, call: Call) => string[])>} names
 * @param {(parts: string[]) => string[]} [finish]
 * @returns {(call: Call) => string}
 */
export const options =
  (names, finish = (parts) => parts) =>
  (call) => {
    const [given] = call.args
    const object = call.objectOf(given)
    if (given && !object) call.todo(`\`${given.getText()}\` has options of the old library.`)
    const parts = propertiesOf(object, call).flatMap((property) => {
      const value = valueOf(property)
      const name = 'getName' in property ? property.getName() : ''
      if (!value || !(name in names)) {
        call.todo(`The option \`${name || property.getText()}\` has no counterpart.`)
        return []
      }
      const rule = names[name]
      if (typeof rule === 'function') return rule(value, call)
      return rule === undefined ? [] : [`${rule}: ${call.render(value)}`]
    })
    const all = finish(parts)
    return all.length === 0 ? '' : `{ ${all.join(', ')} }`
  }

/**
 * The properties of an object, with those of the objects that it spreads.
 *
 * @param {import('ts-morph').ObjectLiteralExpression | undefined} object
 * @param {Pick<Call, 'objectOf'>} call
 * @returns {import('ts-morph').ObjectLiteralElementLike[]}
 */
const propertiesOf = (object, call) =>
  (object?.getProperties() ?? []).flatMap((property) => {
    const spread =
      property.getKindName() === 'SpreadAssignment'
        ? /** @type {import('ts-morph').SpreadAssignment} */ (property)
        : undefined
    const inner = spread && call.objectOf(spread.getExpression())
    return inner ? propertiesOf(inner, call) : [property]
  })

/**
 * The value of an object's property, also of the shorthand `{ name }`.
 *
 * @param {import('ts-morph').Node} property
 * @returns {import('ts-morph').Node | undefined}
 */
export function valueOf(property) {
  const one = /** @type {Partial<import('ts-morph').PropertyAssignment>} */ (
    /** @type {unknown} */ (property)
  )
  if (one.getKindName?.() === 'PropertyAssignment') return one.getInitializer?.()
  return one.getKindName?.() === 'ShorthandPropertyAssignment' ? one.getNameNode?.() : undefined
}

/** A list of scopes as one text, with spaces; `undefined` if a scope is not a literal. @param {import('ts-morph').Node} node @param {Call} call */
export function scopesOf(node, call) {
  const list = /** @type {Partial<import('ts-morph').ArrayLiteralExpression>} */ (
    /** @type {unknown} */ (node)
  )
  const values = list.getElements?.().map((one) => call.literal(one))
  return values?.every((one) => one !== undefined) ? values.join(' ') : undefined
}

/** The rule for a property that becomes the URL after a sign-out. @type {(value: import('ts-morph').Node, call: Call) => string[]} */
export const signsOutTo = (value, call) => {
  call.signsOutTo(value)
  return []
}

/** The rule for an option that turns on a feature of pixy-auth, unless it is `false`. @param {string} name @param {string} text @returns {OptionRule} */
export const when =
  (name, text) =>
  ({ value }) =>
    value.getText() === 'false' ? [] : [[name, text]]

/** The rule for an option that is an object with options of its own. @param {Record<string, OptionRule>} rules @returns {OptionRule} */
export const nested = (rules) => (call) => {
  const object = call.objectOf(call.value)
  if (!object) {
    call.todo(`\`${call.value.getText()}\` has options of the old library.`)
    return []
  }
  return optionsOf(object, rules, call)
}

/**
 * @param {import('ts-morph').ObjectLiteralExpression} object
 * @param {Readonly<Record<string, OptionRule>>} rules
 * @param {Omit<import('./types.js').OptionCall, 'value'>} call
 * @returns {Option[]}
 */
export const optionsOf = (object, rules, call) =>
  object.getProperties().flatMap((property) => {
    const value = valueOf(property)
    const name = 'getName' in property ? property.getName() : ''
    if (value) return optionOf(name, value, rules, call)
    call.todo(`\`${property.getText()}\` has options of the old library.`)
    return []
  })

/**
 * @param {string} name
 * @param {import('ts-morph').Node} value
 * @param {Readonly<Record<string, OptionRule>>} rules
 * @param {Omit<import('./types.js').OptionCall, 'value'>} call
 * @returns {Option[]}
 */
export function optionOf(name, value, rules, call) {
  if (!(name in rules)) {
    call.todo(`The option \`${name}\` has no counterpart.`)
    return []
  }
  const rule = rules[name]
  if (rule === undefined) return []
  if (typeof rule === 'string') return [[rule, call.render(value)]]
  return rule({ ...call, value })
}

/** The options, with this text for an option that is missing. @param {Option[]} given @param {string} name @param {string} text @returns {Option[]} */
export const withDefault = (given, name, text) =>
  given.some(([one]) => one === name) ? given : [...given, [name, text]]

/** The options, with more scopes in the code of `scope`. @param {Option[]} given @param {string} more @returns {Option[]} */
export const withScope = (given, more) =>
  given.map(([name, text]) => {
    if (name !== 'scope') return [name, text]
    const quote = text.at(-1)
    return [
      name,
      /^(['"]).*\1$/.test(text) ? `${text.slice(0, -1)} ${more}${quote}` : `${text} + ' ${more}'`,
    ]
  })
