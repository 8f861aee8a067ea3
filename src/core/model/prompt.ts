/** One piece of an announcement: a sound of Asterisk's own by its file name, or a whole number to be said. */
export type Prompt = { readonly sound: string } | { readonly number: number };
