// The types that the files of this folder share. This file is not published: the tool is JavaScript.
import type * as morph from 'ts-morph'
import type { createKinds } from './kinds.mjs'
import type { createNames } from './names.mjs'
import type { createValues } from './values.mjs'

type Node = morph.Node
type SourceFile = morph.SourceFile

/** What a value of the app is in the old library. */
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
  /** The hook's pattern that it comes from. More names, such as `fetch`, may be added there. */
  readonly pattern?: Node | undefined
  /** The call that gave it. */
  readonly call?: { readonly member: Member; readonly args: readonly Node[] } | undefined
}

/** How a member of a value of the old library is replaced. */
export interface Member {
  /** The new name of the member. If empty, the value itself replaces the member. */
  readonly to?: string
  /** The kind of the member, or of what its call returns. */
  readonly kind?: KindName
  /** The member is a method. This function writes its new arguments. */
  readonly args?: (call: Call) => string
  /** This function writes the whole expression anew. */
  readonly write?: (call: Call) => string | undefined
  /** The scope of the token that a call of the member returns. */
  readonly scope?: (call: Call) => string | undefined
  /** The member renews the token, which `fetch` does by itself. */
  readonly renews?: true
  /** In pixy-auth the member is always false. */
  readonly never?: true
  /** The member's statement is not needed any more. */
  readonly drop?: true
  /** The member finishes a sign-in after the callback. */
  readonly callback?: true
  /** Why a person must change this by hand. */
  readonly todo?: string
}

export interface Call {
  /** The new code of the object. Empty for a name that was destructured from the hook. */
  readonly object: string
  readonly args: readonly Node[]
  readonly render: (node: Node) => string
  readonly todo: (sentence: string) => void
  /** Set the client's option for the URL where a sign-out ends. */
  readonly signsOutTo: (url: Node | undefined) => void
  /** Code for another member of the same object; for a hook, the member is added to the pattern. */
  readonly from: (name: string) => string
  /** Code for the new name of this member, on the object or as it was destructured from the hook. */
  readonly on: (name: string) => string
  /** Import a name from pixy-auth, or write one of the functions of imports.mjs into the file. */
  readonly need: (name: string) => void
  /** The value of a literal, or of a constant with a literal. */
  readonly literal: (node: Node | undefined) => string | undefined
  /** Whether a client has this option already. */
  readonly isOption: (value: Node) => boolean
  /** The object literal of an expression, or of the constant that it names. */
  readonly objectOf: (node: Node | undefined) => morph.ObjectLiteralExpression | undefined
}

/** What an export of the old library is, and what replaces it. */
export interface Export {
  readonly is?: 'class' | 'create' | 'provider' | 'hook' | 'state-hook' | 'template' | 'error'
  /** The name of the type that replaces it. */
  readonly type?: 'Auth' | 'AuthOptions' | 'Claims'
  /** The kind of a value of that type. */
  readonly value?: KindName
  /** The property of `useAuth()`, or of `<SignedIn>`, that replaces it. */
  readonly to?: string
  /** The app uses it in options only, which are rewritten. */
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

/** The new name of an old option, or a function that writes its replacement. `undefined`: the option is not needed. */
export type OptionRule = string | undefined | ((call: OptionCall) => Option[])

/** The rules for one library, and for its binding for React. */
export interface Library {
  /** The packages from which an app may import the library. */
  readonly packages: readonly string[]
  /** The anchor of the library's heading in docs/moving.md. */
  readonly anchor: string
  readonly exports: Readonly<Record<string, Export>>
  readonly members: Partial<Record<KindName, Readonly<Record<string, Member>>>>
  readonly options: Readonly<Record<string, OptionRule>>
  /** Completes the options that were found, and puts them in order. */
  readonly finish?: (options: Option[], todo: (sentence: string) => void) => Option[]
}

/** The new text of a node, or `undefined` if the rule does not apply to it. */
export type Rule = (node: Node) => string | undefined

/** What the tool has found in all files. */
export interface Shared {
  /** The entries of `resources`, each with the scope of its own token, if it has one. */
  readonly resources: Map<string, string | undefined>
  signOutTo: string | undefined
  /** Expressions that have been removed, such as the name of a token. */
  readonly consumed: Set<Node>
  /** Statements that have been removed. */
  readonly dropped: Set<Node>
  /** The names that were added to each hook's pattern. */
  readonly added: Map<Node, Set<string>>
  /** The objects with the options of a client. */
  readonly options: Set<Node>
  /** These objects, and the providers that have options. */
  readonly given: Set<Node>
}

/** The code style of a file. */
export interface Style {
  readonly quote: string
  readonly semicolon: string
  readonly indent: string
  readonly isTyped: boolean
}

/** What the tool has found in one file. */
export interface State {
  readonly needs: Set<string>
  /** Names of the old library that are kept. */
  readonly kept: Node[]
  /** Lines to write before the next statement at the top of the module. */
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
  /** The text from `start` to `end`, with the new text of these nodes. */
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
  /** Whether the markup can use the names of this block. */
  readonly isShown: boolean
}

/** An expression in a component's markup. */
export interface Expression extends Place {
  /** The names that the markup around it declares, as parameter lists, from outside in. */
  readonly locals: readonly string[]
  /** Where a comment about it can stand. */
  readonly anchor: number
}

export interface Component {
  readonly blocks: readonly Block[]
  readonly expressions: readonly Expression[]
}

/** The members of Vue's tree that this tool uses: of a block, an element, an attribute or an expression. */
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

/** The members of Svelte's tree that this tool uses. */
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

/** The members of `vue/compiler-sfc` or `svelte/compiler` that this tool uses. */
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
  /** The parts of its code. `lines` is the number of lines before the part. */
  readonly parts: readonly { readonly file: SourceFile; readonly lines: number }[]
  /** The file's new text. */
  readonly merge: (texts: ReadonlyMap<SourceFile, string>) => string
}
