/** Beginnings of what is secret, and of runs that are too long for a word, a name or a host. */
const SECRETS = /eyJ[\w-]+(?:\.[\w-]*)*|LS0t[\w+/=]+|-----BEGIN[\s\S]*|[\w+=-]{64,}/g;
const LONGEST = 400;

/**
 * What an error of Azure's libraries says, fit to be shown: they put whole answers into their messages, and an answer
 * may hold a token.
 */
export function firstWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return withoutSecrets(message);
}

/** The first line without anything that looks like a token or a key. */
export function withoutSecrets(text: string): string {
  const [line = ""] = text.trim().split(/\r?\n/);
  return line.replace(SECRETS, "[hidden]").slice(0, LONGEST);
}
