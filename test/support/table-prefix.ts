import { randomUUID } from "node:crypto";

/** Tables and a container that no other test uses. */
export function freshPrefix(): string {
  return `t${randomUUID().replaceAll("-", "").slice(0, 16)}`;
}
