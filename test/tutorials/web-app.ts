import { expect, vi } from "vitest";
import type { Shell } from "../support/kubectl.js";

/** Checks that Deployment and Service of the namespace-scoped chapters are on every member, with that image. */
export async function expectWebApp(shell: Shell, image: string): Promise<void> {
  const look =
    "get deployment,service web-app -n my-app-namespace -o jsonpath='{.items[*].kind} {.items[0].spec.template.spec.containers[0].image}'";
  for (const member of ["member1", "member2", "member3"]) {
    await vi.waitFor(
      async () =>
        expect(await shell.print(`kubectl --context ${member} ${look}`)).toBe(
          `Deployment Service ${image}`,
        ),
      { timeout: 10_000 },
    );
  }
}
