/** Whether two types are the same; `any` is the same as nothing else. */
export type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

type IsAny<T> = 0 extends 1 & T ? true : false

/** The members of a type, or the exports of a module, that are `any`, or functions that take or give it. */
export type Holds<T> = {
  [Name in keyof T]-?: IsAny<T[Name]> extends true
    ? Name
    : NonNullable<T[Name]> extends (...given: infer Given) => infer Answer
      ? true extends IsAny<Awaited<Answer>> | { [I in keyof Given]: IsAny<Given[I]> }[number]
        ? Name
        : never
      : never
}[keyof T]

/** The members whose first parameter is compared as that of a method is: what takes less fits, too. */
export type Methods<T> = {
  [Name in keyof T]-?: T[Name] extends (first: infer First, ...rest: infer Rest) => infer Answer
    ? ((first: First & { less: true }, ...rest: Rest) => Answer) extends T[Name]
      ? Name
      : never
    : never
}[keyof T]
