// Finds which values of the app come from the old library, and what kind each is. It follows them from the
// import through constants, properties, destructuring and other files.
import { createShown } from './shown.mjs'

/** @typedef {import('ts-morph').Node} Node */
/** @typedef {import('./types.js').Kind} Kind */
/** @typedef {import('./types.js').Library} Library */
/** @typedef {import('./types.js').Member} Member */

/**
 * @param {typeof import('ts-morph')} morph
 * @param {Library} library
 * @param {readonly import('ts-morph').SourceFile[]} files
 */
export function createKinds(morph, library, files) {
  const { Node, SyntaxKind } = morph
  /** @type {Map<Node, Kind | undefined>} */
  const known = new Map()

  /** The declaration of a name, also if it is in another file. @param {Node} node */
  function declarationOf(node) {
    const symbol = Node.isShorthandPropertyAssignment(node)
      ? node.getValueSymbol()
      : node.getSymbol()
    const [own] = symbol?.getDeclarations() ?? []
    if (!own || !isImport(own) || packageOf(own)) return own
    return symbol?.getAliasedSymbol()?.getDeclarations()[0]
  }

  /** @param {Node} node */
  const isImport = (node) =>
    Node.isImportSpecifier(node) || Node.isImportClause(node) || Node.isNamespaceImport(node)

  /** Whether a declaration imports from the old library. @param {Node} node */
  function packageOf(node) {
    const from = node.getFirstAncestorByKind(SyntaxKind.ImportDeclaration)
    const name = from?.getModuleSpecifierValue()
    return name !== undefined && library.packages.includes(name)
  }

  /** The export of the old library that a name stands for. @param {Node} node */
  function exportOf(node) {
    if (!Node.isIdentifier(node)) return undefined
    const [own] = node.getSymbol()?.getDeclarations() ?? []
    if (!own || !isImport(own) || !packageOf(own)) return undefined
    const name = Node.isImportSpecifier(own) ? own.getName() : 'default'
    return { name, ...library.exports[name] }
  }

  /** @param {Node | undefined} node @returns {Kind | undefined} */
  function kindOf(node) {
    if (!node) return undefined
    if (known.has(node)) return known.get(node)
    known.set(node, undefined) // ends a circle of values that refer to each other
    const kind = find(node) ?? named(node, ofComponent(node))
    known.set(node, kind)
    return kind
  }

  /** @param {Node} node @returns {Kind | undefined} */
  function find(node) {
    if (isWrapper(node)) return kindOf(node.getExpression())
    if (Node.isNewExpression(node))
      return exportOf(node.getExpression())?.is === 'class' ? { name: 'client' } : undefined
    if (Node.isCallExpression(node)) return ofCall(node)
    if (Node.isPropertyAccessExpression(node)) return ofProperty(node)
    if (Node.isElementAccessExpression(node)) {
      const list = kindOf(node.getExpression())
      return list?.name === 'accounts' ? { ...list, name: 'account' } : undefined
    }
    if (Node.isIdentifier(node)) return named(node, ofDeclaration(declarationOf(node)))
    if (Node.isBinaryExpression(node)) return kindOf(node.getLeft()) ?? kindOf(node.getRight())
    return undefined
  }

  /**
   * @param {Node} node
   * @returns {node is import('ts-morph').AwaitExpression | import('ts-morph').ParenthesizedExpression}
   */
  const isWrapper = (node) =>
    Node.isAwaitExpression(node) ||
    Node.isParenthesizedExpression(node) ||
    Node.isNonNullExpression(node) ||
    Node.isAsExpression(node)

  /** Calls of a client, or of the result of `useAuth()`, are written with this variable. @param {Node} node @param {Kind | undefined} kind */
  const named = (node, kind) =>
    kind?.name === 'client' || (kind?.name === 'hooked' && !kind.client)
      ? { ...kind, client: node }
      : kind

  /** @param {import('ts-morph').CallExpression} node @returns {Kind | undefined} */
  function ofCall(node) {
    const callee = node.getExpression()
    const from = exportOf(callee)
    if (from?.is === 'create') return { name: 'client' }
    if (from?.is === 'hook') return { name: 'hooked' }
    if (from?.is === 'state-hook') return from.value && { name: from.value }
    // `Class.create(options)`
    if (Node.isPropertyAccessExpression(callee) && isStaticCreate(callee)) return { name: 'client' }
    return memberCall(node)
  }

  /** @param {import('ts-morph').PropertyAccessExpression} callee */
  const isStaticCreate = (callee) =>
    exportOf(callee.getExpression())?.is === 'class' && callee.getName().startsWith('create')

  /** @param {import('ts-morph').CallExpression} node @returns {Kind | undefined} */
  function memberCall(node) {
    const found = memberOf(node.getExpression())
    const name = found?.member.kind
    if (!name) return undefined
    const { member, of } = found
    return { ...of, name, call: { member, args: node.getArguments() } }
  }

  /**
   * The member of a value of the old library that an expression names, after a `.` or by a name that was
   * destructured from the hook.
   *
   * @param {Node} node
   * @returns {{ member: Member, name: string, of: Kind } | undefined}
   */
  function memberOf(node) {
    if (Node.isPropertyAccessExpression(node)) {
      const of = kindOf(node.getExpression())
      return of && lookUp(of, node.getName())
    }
    if (!Node.isIdentifier(node)) return undefined
    return memberOfElement(declarationOf(node))
  }

  /** @param {Node | undefined} element */
  function memberOfElement(element) {
    if (!Node.isBindingElement(element)) return undefined
    const of = kindOfPattern(element.getParent())
    const name = element.getPropertyNameNode()?.getText() ?? element.getName()
    return of && lookUp(of, name)
  }

  /** @param {Kind} of @param {string} name */
  function lookUp(of, name) {
    const member = library.members[of.name]?.[name]
    return member && { member, name, of }
  }

  /** @param {import('ts-morph').PropertyAccessExpression} node @returns {Kind | undefined} */
  function ofProperty(node) {
    const found = memberOf(node)
    if (found) return valueOf(found)
    const kind = ofDeclaration(node.getSymbol()?.getDeclarations()[0])
    return kind?.name === 'client' ? { ...kind, client: node } : kind
  }

  /** The kind of a property. A method has none: only its result has. @param {{ member: Member, of: Kind }} found @returns {Kind | undefined} */
  const valueOf = ({ member, of }) =>
    member.kind && !member.args ? { ...of, name: member.kind } : undefined

  /** The kind of the value that a pattern destructures. @param {Node} pattern @returns {Kind | undefined} */
  function kindOfPattern(pattern) {
    const holder = pattern.getParent()
    if (!Node.isVariableDeclaration(holder)) return undefined
    const kind = kindOf(holder.getInitializer())
    return kind && { ...kind, pattern }
  }

  /** @param {Node | undefined} node @returns {Kind | undefined} */
  function ofDeclaration(node) {
    if (Node.isBindingElement(node)) {
      const pattern = node.getParent()
      const of = kindOfPattern(pattern)
      if (Node.isArrayBindingPattern(pattern))
        return of?.name === 'accounts' ? { ...of, name: 'account' } : undefined
      const found = memberOfElement(node)
      return found && valueOf(found)
    }
    if (Node.isVariableDeclaration(node) || Node.isPropertyDeclaration(node))
      return ofType(node.getTypeNode()) ?? kindOf(node.getInitializer()) ?? assigned(node)
    if (Node.isParameterDeclaration(node)) return ofType(node.getTypeNode()) ?? ofCallback(node)
    return undefined
  }

  /** @param {Node | undefined} node @returns {Kind | undefined} */
  function ofType(node) {
    if (Node.isUnionTypeNode(node)) return node.getTypeNodes().map(ofType).find(Boolean)
    if (!Node.isTypeReference(node)) return undefined
    const name = exportOf(node.getTypeName())?.value
    return name && { name }
  }

  /** The kind of a variable that gets its value in a later assignment. @param {Node} declaration @returns {Kind | undefined} */
  function assigned(declaration) {
    if (!Node.isVariableDeclaration(declaration)) return undefined
    const name = declaration.getName()
    for (const one of declaration
      .getSourceFile()
      .getDescendantsOfKind(SyntaxKind.BinaryExpression)) {
      const left = one.getLeft()
      if (left.getText() !== name || one.getOperatorToken().getText() !== '=') continue
      if (declarationOf(left) === declaration) return kindOf(one.getRight())
    }
    return undefined
  }

  /** The parameter of `….then((value) => …)`. @param {Node} node @returns {Kind | undefined} */
  function ofCallback(node) {
    const call = node.getParent()?.getParent()
    if (!Node.isCallExpression(call) || call.getArguments()[0] !== node.getParent())
      return undefined
    const callee = call.getExpression()
    return Node.isPropertyAccessExpression(callee) && callee.getName() === 'then'
      ? kindOf(callee.getExpression())
      : undefined
  }

  const ofComponent = createShown(morph, files, { kindOf, declarationOf, ofType })

  return { kindOf, memberOf, exportOf, declarationOf, memberOfElement, packageOf }
}
