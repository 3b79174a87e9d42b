import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  etagOfVersion,
  ticksOfVersion,
  versionOfDeletion,
  versionOfEtag,
  versionOfMoment,
} from "../../src/storage/resource-version.js";

function etag(time: string): string {
  return `W/"datetime'${time.replaceAll(":", "%3A")}'"`;
}

describe("resourceVersion", () => {
  it.each([
    {
      behaviour: "counts ticks of 100 ns and ends in the number of decimals",
      time: "1970-01-01T00:00:01.0000002Z",
      version: "100000027",
    },
    {
      behaviour: "keeps that trailing zeros were left out",
      time: "2026-11-21T10:06:54.68Z",
      version: "179525561468000002",
    },
    {
      behaviour: "keeps that the whole fraction was left out",
      time: "2026-11-21T10:06:54Z",
      version: "179525561400000000",
    },
  ])("$behaviour", ({ time, version }) => {
    expect(versionOfEtag(etag(time))).toBe(version);
    expect(etagOfVersion(version)).toBe(etag(time));
  });

  it("leads back to the ETag it came from", () => {
    const times = fc
      .tuple(
        fc.date({ min: new Date(1_000), max: new Date("2286-11-20"), noInvalidDate: true }),
        fc.stringMatching(/^[0-9]{0,7}$/),
      )
      .map(([date, fraction]) => {
        const seconds = date.toISOString().slice(0, 19);
        return etag(`${seconds}${fraction && `.${fraction}`}Z`);
      });
    fc.assert(
      fc.property(times, (text) => {
        expect(etagOfVersion(versionOfEtag(text))).toBe(text);
      }),
    );
  });

  it("sorts as the times do", () => {
    const earlier = versionOfEtag(etag("2026-11-21T10:06:54.6824116Z"));
    const later = versionOfEtag(etag("2026-11-21T10:06:54.69Z"));
    expect(BigInt(earlier)).toBeLessThan(BigInt(later));
  });

  it.each([
    { behaviour: "is no ETag when nothing is given", version: undefined },
    { behaviour: "is no ETag when it is no number", version: "abc" },
    { behaviour: "is no ETag when it is too long for a time", version: "9".repeat(19) },
    { behaviour: "is no ETag when it is a moment", version: versionOfMoment(17n) },
    {
      behaviour: "is no ETag when it is a deletion",
      version: versionOfDeletion(etag("2026-11-21T10:06:54.68Z")),
    },
  ])("$behaviour", ({ version }) => {
    expect(etagOfVersion(version)).toBeUndefined();
  });

  it("has a time for moments and deletions too", () => {
    expect(ticksOfVersion(versionOfMoment(1234n))).toBe(1234n);
    expect(ticksOfVersion(versionOfDeletion(etag("1970-01-01T00:00:00.0000017Z")))).toBe(17n);
  });

  it("refuses ETags that no storage account gives", () => {
    expect(() => versionOfEtag('"0x8D2"')).toThrow(/not of the form/);
  });
});
