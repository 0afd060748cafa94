// Changes of the syntax that change nothing that a test can see, each with the reason.

/** @type {Readonly<Record<string, string>>} by the name of the mutant */
export const equivalent = {}
