import { expect, it } from "vitest";
import { errorText, scrubbed } from "../../local/functions-host/error-text.js";
import { hostSettings, timeSpanMs } from "../../local/functions-host/host-settings.js";

it("has Azure's defaults where host.json is silent", () => {
  expect(hostSettings({ version: "2.0" })).toMatchObject({
    routePrefix: "api",
    functionTimeoutMs: 30 * 60_000,
    hubName: "TestHubName",
    replaceInstances: "finished",
  });
});

it("takes prefix, time-out, hub and concurrency from host.json", () => {
  const settings = hostSettings({
    functionTimeout: "00:05:00",
    extensions: {
      http: { routePrefix: "" },
      durableTask: {
        hubName: "Hub",
        maxConcurrentActivityFunctions: 3,
        maxConcurrentOrchestratorFunctions: 4,
        overridableExistingInstanceStates: "AnyState",
      },
    },
  });
  expect(settings).toEqual({
    routePrefix: "",
    functionTimeoutMs: 300_000,
    hubName: "Hub",
    maxConcurrentActivities: 3,
    maxConcurrentOrchestrations: 4,
    replaceInstances: "any",
  });
});

it("has no time-out for -1", () => {
  expect(hostSettings({ functionTimeout: "-1" }).functionTimeoutMs).toBeUndefined();
});

it.each([
  { behaviour: "reads hours, minutes and seconds", text: "01:02:03", ms: 3_723_000 },
  { behaviour: "reads days", text: "3.00:00:00", ms: 259_200_000 },
  { behaviour: "reads fractions of a second", text: "00:00:00.25", ms: 250 },
])("$behaviour", ({ text, ms }) => {
  expect(timeSpanMs(text)).toBe(ms);
});

it.each([
  {
    behaviour: "hides a key up to a quote",
    text: 'x "AccountKey=abc" y',
    shown: 'x "[Hidden Credential]" y',
  },
  {
    behaviour: "hides a signature to the end",
    text: "GET /a?sig=abc def",
    shown: "GET /a[Hidden Credential]",
  },
  { behaviour: "leaves other text alone", text: "nothing to hide", shown: "nothing to hide" },
])("$behaviour", ({ text, shown }) => {
  expect(scrubbed(text)).toBe(shown);
});

it("shows the causes of an error", () => {
  const error = new Error("outer", { cause: new Error("inner") });
  expect(errorText(error)).toMatch(/Error: outer[\s\S]*Caused by: Error: inner/);
});
