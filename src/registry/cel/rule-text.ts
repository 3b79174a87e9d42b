/**
 * Functions that the engine has in a form that is not Kubernetes' and that cannot be registered twice; ours have names
 * of the same length, so that places in messages stay right.
 */
const OWN_NAMES: Readonly<Record<string, string>> = { has: "hAs", matches: "mAtches" };
const KUBERNETES_NAMES = new Map(Object.entries(OWN_NAMES).map(([name, own]) => [own, name]));

/** Texts and comments, in which nothing is a name, or a name. */
const TOKEN =
  /[rR][bB]?(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\n]*"|'[^'\n]*')|"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|[A-Za-z_]\w*/g;

/** A rule as the engine is to read it. */
export function engineText(rule: string): string {
  return rule.replace(TOKEN, (token, offset: number) => {
    const own = Object.hasOwn(OWN_NAMES, token) ? OWN_NAMES[token] : undefined;
    return own !== undefined && /^\s*\(/.test(rule.slice(offset + token.length)) ? own : token;
  });
}

/** What the engine says, in the names that the rule's author knows. */
export function kubernetesText(message: string): string {
  return message.replace(/\b[a-z]A\w*/g, (name) => KUBERNETES_NAMES.get(name) ?? name);
}

/** Whether a rule refers to the value as it was before: the variable, not a field of that name. */
export function usesOldSelf(rule: string): boolean {
  return [...rule.matchAll(TOKEN)].some(
    ([token], index, all) =>
      token === "oldSelf" && !/\.\??\s*$/.test(rule.slice(0, all[index]?.index)),
  );
}
