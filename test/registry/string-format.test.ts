import { describe, expect, it } from "vitest";
import { hasFormat } from "../../src/registry/string-format.js";

describe("a text", () => {
  it.each([
    ["date-time", "2026-01-02T03:04:05.5+01:00", "2026-01-02"],
    ["date", "2026-02-28", "2026-02-31x"],
    ["duration", "1h30m", "1 fortnight"],
    ["duration", "3 days", ""],
    ["ipv4", "10.0.0.1", "10.0.0.256"],
    ["ipv6", "2001:db8::1", "10.0.0.1"],
    ["cidr", "10.0.0.0/8", "10.0.0.0/33"],
    ["cidr", "2001:db8::/32", "10.0.0.1"],
    ["mac", "00:1a:2B:3c:4d:5e", "00:1a:2b:3c:4d"],
    ["uri", "https://example.com/a", "example.com"],
    ["uri", "/path", "https://example.com/%zz"],
    ["email", "somebody@example.com", "somebody"],
    ["hostname", "a-1.example.com", "-a.example.com"],
    ["uuid", "123E4567-e89b-12d3-a456-426614174000", "123e4567"],
    ["uuid4", "123e4567-e89b-42d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"],
    ["byte", "aGk=", "@@"],
    ["isbn10", "0321751043", "0321751044"],
    ["isbn", "978-0321751041", "978-0321751042"],
    ["hexcolor", "#fff", "#ffff"],
    ["k8s-short-name", "a-1", "A"],
    ["k8s-long-name", "a.b-1", "a..b"],
  ])("of the format %s may be %j and not %j", (format, fits, differs) => {
    expect(hasFormat(fits, format)).toBe(true);
    expect(hasFormat(differs, format)).toBe(false);
  });

  it("may be anything in a format that nobody knows", () => {
    expect(hasFormat("x", "colour")).toBe(true);
  });
});
