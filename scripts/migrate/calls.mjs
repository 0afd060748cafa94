// The rules for the app's calls and reads of the old library's values.
import { resourceOf } from './values.mjs'

/** @typedef {import('ts-morph').Node} Node */
/** @typedef {import('./types.js').Kind} Kind */
/** @typedef {import('./types.js').Call} Call */
/** @typedef {import('./types.js').Rule} Rule */

/**
 * @param {import('./types.js').Tools} tools
 * @returns {Rule[]}
 */
export function createCalls(tools) {
  const { morph, kinds, values, shared, state, render, names } = tools
  const { Node } = morph

  /** The code that calls a method of the client that a value comes from. @param {Kind} of @param {string} name */
  function methodOf(of, name) {
    if (of.client) return `${render(of.client)}.${name}`
    return of.pattern ? names.added(of.pattern, name) : undefined
  }

  // Calls of an API

  /** @type {Rule} */
  function apiCall(node) {
    if (
      !Node.isCallExpression(node) ||
      !/^(?:window\.|globalThis\.)?fetch$/.test(node.getExpression().getText())
    )
      return undefined
    const [url, init] = node.getArguments()
    const bearer = bearerOf(init)
    const kind = bearer && kinds.kindOf(bearer.token)
    if (!url || !bearer || !kind || !['token', 'tokens'].includes(kind.name)) return undefined
    const resource = resourceOf(values.prefixOf(url).text)
    if (!resource) {
      state.todo('List this API in `resources`, and call it by `fetch` of the client.')
      return undefined
    }
    const method = methodOf(kind, 'fetch')
    if (!method) return undefined
    shared.resources.set(resource, scopeOf(kind) ?? shared.resources.get(resource))
    for (const one of [bearer.token, ...bearer.token.getDescendants()]) shared.consumed.add(one)
    const rest = bearer.rest()
    return `${method}(${[render(url), ...(rest === '' ? [] : [rest])].join(', ')})`
  }

  /** @param {Kind} kind */
  const scopeOf = ({ call, ...of }) => call?.member.scope?.(callOf(undefined, of, call.args))

  /** The token of an `Authorization` header, and the options without it. @param {Node | undefined} init */
  function bearerOf(init) {
    if (!Node.isObjectLiteralExpression(init)) return undefined
    const headers = init.getProperty('headers')
    const list = Node.isPropertyAssignment(headers) ? headers.getInitializer() : undefined
    if (!Node.isObjectLiteralExpression(list)) return undefined
    const header = list
      .getProperties()
      .find(
        (one) => Node.isPropertyAssignment(one) && /^['"]?authorization['"]?$/i.test(one.getName()),
      )
    const value = Node.isPropertyAssignment(header) ? header.getInitializer() : undefined
    const token = tokenOf(value)
    if (!token) return undefined
    /** @param {import('ts-morph').ObjectLiteralExpression} object @param {Node | undefined} without @param {string[]} instead */
    const without = (object, without, instead = []) => {
      const others = object
        .getProperties()
        .flatMap((one) => (one === without ? instead : [render(one)]))
      return others.length === 0 ? '' : `{ ${others.join(', ')} }`
    }
    return {
      token,
      rest() {
        const others = without(list, header)
        return without(init, headers, others === '' ? [] : [`headers: ${others}`])
      },
    }
  }

  /** @param {Node | undefined} value */
  function tokenOf(value) {
    if (Node.isTemplateExpression(value) && value.getHead().getLiteralText() === 'Bearer ')
      return value.getTemplateSpans()[0]?.getExpression()
    if (!Node.isBinaryExpression(value) || values.literal(value.getLeft()) !== 'Bearer ')
      return undefined
    return value.getRight()
  }

  // Members

  /** Replace `user && !user.expired` by its left side. @type {Rule} */
  function always(node) {
    if (!Node.isBinaryExpression(node) || node.getOperatorToken().getText() !== '&&')
      return undefined
    const right = node.getRight()
    const denied = Node.isPrefixUnaryExpression(right) && right.getText().startsWith('!')
    return denied && kinds.memberOf(right.getOperand())?.member.never
      ? render(node.getLeft())
      : undefined
  }

  /** @type {Rule} */
  function called(node) {
    if (!Node.isCallExpression(node)) return undefined
    const callee = node.getExpression()
    const found = kinds.memberOf(callee)
    if (!found?.member.args) return undefined
    const { member, of } = found
    const { args = () => '' } = member
    const call = callOf(callee, of, node.getArguments())
    if (member.todo) state.todo(`\`${found.name}\`: ${member.todo}`)
    if (member.write) return member.write(call)
    if (member.to === undefined) return undefined
    const text = `${call.on(member.to)}(${args(call)})`
    for (const one of node.getArguments()) replacedNames(one)
    return text
  }

  /** Mark names of options that are not needed any more, because the new arguments have their content. @param {Node} argument */
  function replacedNames(argument) {
    if (!values.objectOf(argument)) return
    if (Node.isIdentifier(argument)) shared.consumed.add(argument)
    if (!Node.isObjectLiteralExpression(argument)) return
    for (const one of argument.getProperties())
      if (Node.isSpreadAssignment(one)) replacedNames(one.getExpression())
  }

  /**
   * @param {Node | undefined} callee
   * @param {Kind} of
   * @param {readonly Node[]} args
   * @returns {Call}
   */
  function callOf(callee, of, args) {
    const isAccess = Node.isPropertyAccessExpression(callee)
    const object = isAccess ? render(callee.getExpression()) : ''
    const dot = isAccess && callee.hasQuestionDotToken() ? '?.' : '.'
    return {
      object,
      args,
      render,
      todo: state.todo,
      literal: values.literal,
      objectOf: values.objectOf,
      isOption: (value) => [...shared.given].some((one) => one.getText().includes(value.getText())),
      need: (name) => {
        state.needs.add(name)
        if (name === 'startedUser') state.needs.add('userOf')
      },
      on: (name) => {
        if (isAccess) return `${object}${dot}${name}`
        return (
          (callee && names.local(callee)) ?? (of.pattern ? names.added(of.pattern, name) : name)
        )
      },
      from: (name) => {
        if (isAccess) return `${object}${dot}${name}`
        return of.pattern ? names.added(of.pattern, name) : name
      },
      signsOutTo: (url) => signsOutTo(url),
    }
  }

  /** @param {Node | undefined} url */
  function signsOutTo(url) {
    if (!url) return
    if (values.isGlobal(url)) shared.signOutTo = url.getText()
    else state.todo('`postLogoutRedirectUri` of the client says where a sign-out ends.')
  }

  /** @type {Rule} */
  function read(node) {
    if (!Node.isPropertyAccessExpression(node)) return undefined
    const of = kinds.kindOf(node.getExpression())
    if (!of) return undefined
    const found = kinds.memberOf(node)
    if (!found) return unknown(node, of)
    const { member, name } = found
    if (member.todo) state.todo(`\`${name}\`: ${member.todo}`)
    if (member.kind === 'token' && member.to === undefined) return tokenText(node, of)
    if (member.write) return member.args ? undefined : member.write(callOf(node, of, []))
    if (member.to === undefined) return undefined
    const object = render(node.getExpression())
    const dot = node.hasQuestionDotToken() || isOptional(node.getExpression()) ? '?.' : '.'
    return member.to === '' ? object : `${object}${dot}${member.to}`
  }

  /** @param {import('ts-morph').PropertyAccessExpression} node @param {Kind} of @returns {string | undefined} */
  function unknown(node, of) {
    const isOpen = ['claims', 'accounts', 'token'].includes(of.name)
    if (!isOpen && !isPromise(node)) state.todo(`\`${node.getName()}\` has no counterpart.`)
    return optional(node)
  }

  /** Whether the new expression may be `undefined`, although the old one could not be. @param {Node} node */
  function isOptional(node) {
    if (isFirst(node)) return true
    const isGone = Node.isPropertyAccessExpression(node) && kinds.memberOf(node)?.member.to === ''
    return isGone && node.hasQuestionDotToken()
  }

  /** The first account of the hook's list. @param {Node} node */
  const isFirst = (node) =>
    Node.isElementAccessExpression(node) &&
    node.getArgumentExpression()?.getText() === '0' &&
    kinds.memberOf(node.getExpression())?.name === 'accounts'

  /** @type {Rule} */
  function first(node) {
    if (!isFirst(node) || !Node.isElementAccessExpression(node)) return undefined
    const list = node.getExpression()
    const of = kinds.memberOf(list)?.of
    return of && callOf(list, of, []).from('user')
  }

  /** @type {Rule} */
  function progress(node) {
    if (!Node.isBinaryExpression(node)) return undefined
    const left = node.getLeft()
    const found = kinds.memberOf(left)
    if (found?.member.kind !== 'progress') return undefined
    const loading = callOf(left, found.of, []).from('isLoading')
    return node.getOperatorToken().getText().startsWith('!') ? loading : `!${loading}`
  }

  /** @param {import('ts-morph').PropertyAccessExpression} node */
  const isPromise = (node) => ['then', 'catch', 'finally'].includes(node.getName())

  /** Keep the `?.` of `a?.profile.name` when `profile` is removed. @param {import('ts-morph').PropertyAccessExpression} node */
  function optional(node) {
    const inner = node.getExpression()
    if (node.hasQuestionDotToken() || !isOptional(inner)) return undefined
    return `${render(inner)}?.${node.getName()}`
  }

  /** @param {Node} node @param {Kind} of */
  function tokenText(node, of) {
    const method = methodOf(of, 'getAccessToken')
    if (method && isAsync(node)) return `(await ${method}())`
    state.todo('Await `getAccessToken()`, or better call the API by `fetch` of the client.')
    return undefined
  }

  /** Whether `await` is allowed at this place. @param {Node} node */
  function isAsync(node) {
    const holder = values.functionOf(node)
    return !holder || (Node.isAsyncable(holder) && holder.isAsync())
  }

  return [apiCall, always, progress, first, called, read]
}
