import { fieldCause, type StatusCause } from "./status-error.js";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const OLD_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;

/** The words of a real API server. Source: apimachinery `util/validation`. */
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED_NAME_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const LABEL_KEY_RULE =
  "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";

const OLD_LABEL_RULE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** `old label` is that of RFC 1035. */
export type NameRule = "label" | "old label" | "subdomain" | "path segment";

/** What is wrong with a name under `rule`. A path segment may hold anything that a URL path can carry as one segment. */
export function nameCauses(field: string, name: string, rule: NameRule): readonly StatusCause[] {
  return nameProblems(name, rule).map((why) => fieldCause.invalid(field, name, why));
}

/** As `nameCauses`, for a prefix that names are generated from: it may end in a dash, which is not the end of the name. */
export function prefixCauses(
  field: string,
  prefix: string,
  rule: NameRule,
): readonly StatusCause[] {
  return prefixProblems(prefix, rule).map((why) => fieldCause.invalid(field, prefix, why));
}

/** What is wrong with such a prefix, one sentence each. Source: apimachinery `maskTrailingDash`. */
export function prefixProblems(prefix: string, rule: NameRule): readonly string[] {
  const ends = rule !== "path segment" && /.-$/s.test(prefix);
  return nameProblems(ends ? `${prefix.slice(0, -2)}a` : prefix, rule);
}

/** What is wrong with a name, one sentence each. */
export function nameProblems(name: string, rule: NameRule): readonly string[] {
  switch (rule) {
    case "label":
      return shortNameProblems(name, LABEL, LABEL_RULE);
    case "old label":
      return shortNameProblems(name, OLD_LABEL, OLD_LABEL_RULE);
    case "subdomain":
      return [
        ...(name.length > MAX_SUBDOMAIN
          ? [`must be no more than ${MAX_SUBDOMAIN} characters`]
          : []),
        ...(SUBDOMAIN.test(name) ? [] : [SUBDOMAIN_RULE]),
      ];
    case "path segment":
      return pathSegmentProblems(name);
  }
}

function shortNameProblems(name: string, pattern: RegExp, why: string): readonly string[] {
  return [
    ...(name.length > MAX_LABEL ? [`must be no more than ${MAX_LABEL} characters`] : []),
    ...(pattern.test(name) ? [] : [why]),
  ];
}

function pathSegmentProblems(name: string): readonly string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"]
    .filter((text) => name.includes(text))
    .map((text) => `may not contain '${text}'`);
}

/** The key of a label or an annotation, or a finalizer: an optional DNS prefix, a slash and a name. */
export function qualifiedNameCauses(field: string, key: string): readonly StatusCause[] {
  return qualifiedNameProblems(key).map((why) => fieldCause.invalid(field, key, why));
}

/** What is wrong with a key, one sentence each. */
export function qualifiedNameProblems(key: string): readonly string[] {
  const parts = key.split("/");
  if (parts.length > 2) {
    return [LABEL_KEY_RULE];
  }
  const name = parts.at(-1) ?? "";
  const prefix = parts.length === 2 ? parts[0] : undefined;
  return [
    ...(prefix === "" ? ["prefix part must be non-empty"] : []),
    ...(prefix ? nameProblems(prefix, "subdomain").map((why) => `prefix part ${why}`) : []),
    ...(name === "" ? ["name part must be non-empty"] : []),
    ...(name.length > MAX_LABEL ? [`name part must be no more than ${MAX_LABEL} characters`] : []),
    ...(QUALIFIED_NAME.test(name) ? [] : [QUALIFIED_NAME_RULE]),
  ];
}

export function labelValueCauses(field: string, value: string): readonly StatusCause[] {
  return labelValueProblems(value).map((why) => fieldCause.invalid(field, value, why));
}

/** What is wrong with a label's value, one sentence each. */
export function labelValueProblems(value: string): readonly string[] {
  return [
    ...(value.length > MAX_LABEL ? [`must be no more than ${MAX_LABEL} characters`] : []),
    ...(LABEL_VALUE.test(value) ? [] : [LABEL_VALUE_RULE]),
  ];
}
