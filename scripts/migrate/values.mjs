// Reads values without running the app: literals, and constants that have a literal.

/** @typedef {import('ts-morph').Node} Node */

/**
 * @param {typeof import('ts-morph')} morph
 * @param {(node: Node) => Node | undefined} declarationOf
 */
export function createValues({ Node }, declarationOf) {
  /** The initializer of the constant that has this name. @param {Node} node */
  function constant(node) {
    const declaration = declarationOf(node)
    if (Node.isVariableDeclaration(declaration)) return declaration.getInitializer()
    return Node.isPropertyAssignment(declaration) ? declaration.getInitializer() : undefined
  }

  /** @param {Node} node @returns {Node} */
  function bare(node) {
    const isWrapped =
      Node.isAsExpression(node) ||
      Node.isSatisfiesExpression(node) ||
      Node.isParenthesizedExpression(node)
    return isWrapped ? bare(node.getExpression()) : node
  }

  /** @param {Node | undefined} node @returns {import('ts-morph').ObjectLiteralExpression | undefined} */
  function objectOf(node, depth = 0) {
    if (!node || depth > 5) return undefined
    const value = bare(node)
    if (Node.isObjectLiteralExpression(value)) return value
    const isName = Node.isIdentifier(value) || Node.isPropertyAccessExpression(value)
    return isName ? objectOf(constant(value), depth + 1) : undefined
  }

  /**
   * The beginning of a text, as far as it is known.
   *
   * @param {Node | undefined} node
   * @returns {{ text: string, whole: boolean }}
   */
  function prefixOf(node, depth = 0) {
    if (!node || depth > 9) return { text: '', whole: false }
    const value = bare(node)
    if (Node.isStringLiteral(value) || Node.isNoSubstitutionTemplateLiteral(value))
      return { text: value.getLiteralText(), whole: true }
    if (Node.isTemplateExpression(value)) {
      const spans = value.getTemplateSpans()
      const parts = spans.flatMap((span) => [
        () => prefixOf(span.getExpression(), depth + 1),
        () => ({ text: span.getLiteral().getLiteralText(), whole: true }),
      ])
      return joined([() => ({ text: value.getHead().getLiteralText(), whole: true }), ...parts])
    }
    if (Node.isBinaryExpression(value) && value.getOperatorToken().getText() === '+')
      return joined([
        () => prefixOf(value.getLeft(), depth + 1),
        () => prefixOf(value.getRight(), depth + 1),
      ])
    const isName = Node.isIdentifier(value) || Node.isPropertyAccessExpression(value)
    return isName ? prefixOf(constant(value), depth + 1) : { text: '', whole: false }
  }

  /** @param {Node | undefined} node */
  function literal(node) {
    const { text, whole } = prefixOf(node)
    return whole ? text : undefined
  }

  /** Whether an expression uses only globals, so that it means the same in another file. @param {Node} node */
  const isGlobal = (node) =>
    [node, ...node.getDescendants()].every((one) => {
      if (!Node.isIdentifier(one)) return true
      const declaration = declarationOf(one)
      return !declaration || declaration.getSourceFile().isDeclarationFile()
    })

  /** Whether an expression uses no name of a function, so that it means the same at the top of its file. @param {Node} node */
  const isOfModule = (node) =>
    [node, ...node.getDescendants()].every((one) => {
      if (!Node.isIdentifier(one)) return true
      const declaration = declarationOf(one)
      const holder = declaration?.getFirstAncestor(
        (up) =>
          Node.isFunctionLikeDeclaration(up) ||
          Node.isArrowFunction(up) ||
          Node.isFunctionExpression(up),
      )
      return (
        !holder || [...node.getAncestors()].every((up) => up !== holder) || node === declaration
      )
    })

  /** The function that a node is directly in. @param {Node} node */
  const functionOf = (node) =>
    node
      .getAncestors()
      .find((up) => Node.isFunctionLikeDeclaration(up) || Node.isFunctionExpression(up))

  return { functionOf, objectOf, literal, prefixOf, isGlobal, isOfModule }
}

/** @param {readonly (() => { text: string, whole: boolean })[]} parts */
function joined(parts) {
  let text = ''
  for (const part of parts) {
    const one = part()
    text += one.text
    if (!one.whole) return { text, whole: false }
  }
  return { text, whole: true }
}

/**
 * The entry of `resources` for a URL: its origin, or the first segment of a path on this origin.
 *
 * @param {string} prefix what is known of the URL
 */
export function resourceOf(prefix) {
  const [origin] = /^https?:\/\/[^/]+(?=\/)/.exec(prefix) ?? []
  if (origin) return `${origin}/`
  const [whole] = /^https?:\/\/[^/?#]+$/.exec(prefix) ?? []
  if (whole) return `${whole}/`
  const [segment] = /^\/[^/?#]+/.exec(prefix) ?? []
  return segment
}
