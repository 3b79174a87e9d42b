/**
 * Puts the quotes around a `-p` that has none. Without them bash takes the braces apart, and kubectl gets no JSON; the
 * quotes inside, around `$(date …)`, show that the author had them.
 */
export function withQuotes(command: string): string {
  return command.replace(/ -p (\{.*\}) /, (_all, patch: string) => ` -p '${patch}' `);
}

/** `kubectl create deployment` names the container after the image, so only that name can be set. */
export function withContainerName(command: string): string {
  return command.replace("web-app=nginx:", "nginx=nginx:");
}

/** Why {@link withQuotes}. */
export const UNQUOTED = "bash expands the braces of an unquoted -p, so kubectl gets no JSON";

/** Why {@link withContainerName}. */
export const CONTAINER_NAME =
  'kubectl create deployment --image=nginx:1.20 names the container nginx; kubectl itself finds no "web-app"';
