import { describe, expect, it } from "vitest";
import type { WriteContext } from "../../src/registry/kind.js";
import { openTestApi, WIDGETS, widget } from "./support/test-api.js";
import { widgetKind } from "./support/widget-kind.js";

describe("what a kind learns about a request", () => {
  it.each([
    { seen: undefined, address: undefined, behaviour: "has no address without a proxy" },
    { seen: "10.0.0.7", address: "10.0.0.7", behaviour: "has the address that the proxy saw" },
    { seen: "6.6.6.6, 10.0.0.7:50123", address: "10.0.0.7", behaviour: "believes the last proxy" },
    { seen: "[2001:db8::1]:443", address: "2001:db8::1", behaviour: "knows IPv6 in brackets" },
    { seen: "::1", address: "::1", behaviour: "knows IPv6 without them" },
  ])("$behaviour", async ({ seen, address }) => {
    const contexts: WriteContext[] = [];
    const kind = {
      ...widgetKind(),
      prepareForCreate: <T>(object: T, context: WriteContext): T => {
        contexts.push(context);
        return object;
      },
    };
    const api = openTestApi({ kinds: [kind] });
    const headers = seen === undefined ? {} : { "x-forwarded-for": seen };
    await api.post(WIDGETS, widget("w"), { headers });
    api.close();
    expect(contexts).toMatchObject([{ user: { username: "tester" } }]);
    expect(contexts[0]?.client).toEqual({ userAgent: "tester/1.0", ...(address && { address }) });
  });
});
