// What the files of this folder share. Not published: the tool is JavaScript.
import type * as morph from 'ts-morph'
import type { createKinds } from './kinds.mjs'
import type { createNames } from './names.mjs'
import type { createValues } from './values.mjs'

type Node = morph.Node
type SourceFile = morph.SourceFile

/** What a value of the app is, in the words of the old library. */
export type KindName =
  | 'client'
  | 'hooked'
  | 'user'
  | 'claims'
  | 'account'
  | 'accounts'
  | 'result'
  | 'tokens'
  | 'token'
  | 'progress'

export interface Kind {
  readonly name: KindName
  /** The expression of the client that it comes from. */
  readonly client?: Node | undefined
  /** The hook's pattern that it comes from: `fetch` may be added there. */
  readonly pattern?: Node | undefined
  /** The call that gave it. */
  readonly call?: { readonly member: Member; readonly args: readonly Node[] } | undefined
}

/** What becomes of a member of a value of the old library. */
export interface Member {
  /** The new name. Empty: the value itself. */
  readonly to?: string
  /** What it is, or what its call gives. */
  readonly kind?: KindName
  /** It is called. Its arguments become these; default: none. */
  readonly args?: (call: Call) => string
  /** The whole expression instead. */
  readonly write?: (call: Call) => string | undefined
  /** What a call of it tells about the token that it gives. */
  readonly scope?: (call: Call) => string | undefined
  /** It renews the token: `fetch` does that. */
  readonly renews?: true
  /** It is false here at any time. */
  readonly never?: true
  /** Its statement is not needed any more. */
  readonly drop?: true
  /** It finishes a sign-in that comes back. */
  readonly callback?: true
  /** Why a person must choose. */
  readonly todo?: string
}

export interface Call {
  /** The object, rendered. Empty for a name that was taken from the hook. */
  readonly object: string
  readonly args: readonly Node[]
  readonly render: (node: Node) => string
  readonly todo: (sentence: string) => void
  /** Let the client end a sign-out at this URL. */
  readonly signsOutTo: (url: Node | undefined) => void
  /** Another name of the same object, or taken from the hook too. */
  readonly from: (name: string) => string
  /** The new name of a method, on the object or as it was taken from the hook. */
  readonly on: (name: string) => string
  /** Import a name, or write a function of ours into the file. */
  readonly need: (name: string) => void
  /** The value of a literal, also behind a constant. */
  readonly literal: (node: Node | undefined) => string | undefined
  /** Whether a client has this option already. */
  readonly isOption: (value: Node) => boolean
  /** The object literal of an expression, also behind a constant. */
  readonly objectOf: (node: Node | undefined) => morph.ObjectLiteralExpression | undefined
}

/** What an export of the old library is. */
export interface Export {
  readonly is?: 'class' | 'create' | 'provider' | 'hook' | 'state-hook' | 'template' | 'error'
  /** The name of the type that replaces it. */
  readonly type?: 'Auth' | 'AuthOptions' | 'Claims'
  /** What a value of that type is. */
  readonly value?: KindName
  /** What else replaces it. */
  readonly to?: string
  /** It is used in options only. */
  readonly unused?: true
}

/** One property of the new options, and its text. */
export type Option = readonly [name: string, text: string]

export interface OptionCall {
  readonly value: Node
  readonly todo: (sentence: string) => void
  readonly literal: (node: Node | undefined) => string | undefined
  readonly objectOf: Call['objectOf']
  readonly render: (node: Node) => string
}

/** How one property of the old options is written. `undefined`: it is not needed. */
export type OptionRule = string | undefined | ((call: OptionCall) => Option[])

/** What the tool knows of one library, and of its binding for React. */
export interface Library {
  /** The packages that this one may come by. */
  readonly packages: readonly string[]
  /** The heading of docs/moving.md. */
  readonly anchor: string
  readonly exports: Readonly<Record<string, Export>>
  readonly members: Partial<Record<KindName, Readonly<Record<string, Member>>>>
  readonly options: Readonly<Record<string, OptionRule>>
  /** The options that must be there, in order, of what was found. */
  readonly finish?: (options: Option[], todo: (sentence: string) => void) => Option[]
}

/** The new text of a node, or `undefined` where the rule is not about it. */
export type Rule = (node: Node) => string | undefined

/** What is known of all files. */
export interface Shared {
  /** The entries of `resources`, each with the scope of a token of its own. */
  readonly resources: Map<string, string | undefined>
  signOutTo: string | undefined
  /** Places that named a token, and are gone. */
  readonly consumed: Set<Node>
  /** Statements that are gone. */
  readonly dropped: Set<Node>
  /** What a hook's pattern takes beside what it took. */
  readonly added: Map<Node, Set<string>>
  /** The objects with the options of a client. */
  readonly options: Set<Node>
  /** These objects, and the providers that have options. */
  readonly given: Set<Node>
}

/** How a file is written. */
export interface Style {
  readonly quote: string
  readonly semicolon: string
  readonly indent: string
  readonly isTyped: boolean
}

/** What is known of one file. */
export interface State {
  readonly needs: Set<string>
  /** Names of the old library that stay. */
  readonly kept: Node[]
  /** Lines before the statement of the module that is written. */
  readonly hoisted: string[]
  readonly style: Style
  readonly todo: (sentence: string) => void
}

export interface Tools {
  readonly morph: typeof morph
  readonly library: Library
  readonly kinds: ReturnType<typeof createKinds>
  readonly values: ReturnType<typeof createValues>
  readonly names: ReturnType<typeof createNames>
  readonly shared: Shared
  readonly state: State
  readonly file: SourceFile
  readonly render: (node: Node) => string
  readonly children: (node: Node) => string
  /** From one place to the next, with these nodes rendered. */
  readonly inside: (parts: readonly Node[], start: number, end: number) => string
}

/** A place in a file. */
export interface Place {
  readonly start: number
  readonly end: number
}

/** A place, and its new text. */
export interface Edit extends Place {
  readonly text: string
}

/** A script block of a component, without its tags. */
export interface Block extends Place {
  /** `js`, `ts`, `jsx` or `tsx`. */
  readonly lang: string
  /** Its names are those of the markup. */
  readonly isShown: boolean
}

/** An expression in a component's markup. */
export interface Expression extends Place {
  /** Parameter lists that the markup around it names values by, from outside in. */
  readonly locals: readonly string[]
  /** Where a comment about it can stand. */
  readonly anchor: number
}

export interface Component {
  readonly blocks: readonly Block[]
  readonly expressions: readonly Expression[]
}

/** What is used of Vue's tree: of a block, an element, an attribute or an expression. */
export interface VueNode {
  readonly type: number | string
  readonly loc: {
    readonly source: string
    readonly start: { readonly offset: number }
    readonly end: { readonly offset: number }
  }
  readonly name?: string
  readonly lang?: string
  readonly src?: string
  readonly ast?: VueNode
  readonly content?: VueNode | string
  readonly exp?: VueNode
  readonly forParseResult?: {
    readonly source: VueNode
    readonly value?: VueNode
    readonly key?: VueNode
    readonly index?: VueNode
  }
  readonly props?: readonly VueNode[]
  readonly children?: readonly VueNode[]
}

/** What is used of Svelte's tree. */
export interface SvelteNode extends Place {
  readonly type: string
  readonly loc?: object
  readonly context?: SvelteNode
  readonly value?: SvelteNode
  readonly error?: SvelteNode
  readonly index?: string
  readonly parameters?: readonly SvelteNode[]
}

interface SvelteScript {
  readonly content: Place
  readonly attributes: readonly {
    readonly name: string
    readonly value: readonly { readonly data: string }[]
  }[]
}

/** `vue/compiler-sfc` or `svelte/compiler`, as far as it is used. */
export interface Compiler {
  readonly parse: (
    text: string,
    options: object,
  ) => {
    readonly errors: readonly Error[]
    readonly descriptor: {
      readonly script?: VueNode
      readonly scriptSetup?: VueNode
      readonly template?: VueNode
    }
    readonly module?: SvelteScript
    readonly instance?: SvelteScript
    readonly fragment: { readonly nodes: readonly SvelteNode[] }
  }
}

/** One file of the app. */
export interface Source {
  readonly path: string
  readonly whole: string
  /** Its code, each part with the lines that are before it. */
  readonly parts: readonly { readonly file: SourceFile; readonly lines: number }[]
  /** The file's new text. */
  readonly merge: (texts: ReadonlyMap<SourceFile, string>) => string
}
