import { type Environment, Optional } from "@marcbachmann/cel-js";
import {
  labelValueProblems,
  nameProblems,
  prefixProblems,
  qualifiedNameProblems,
} from "../../api/object-names.js";
import { hasFormat } from "../string-format.js";
import { isRequestUri } from "./url-functions.js";

class NamedFormat {
  /** What is wrong with a text, one sentence each. */
  readonly problems: (text: string) => readonly string[];

  constructor(problems: (text: string) => readonly string[]) {
    this.problems = problems;
  }
}
class Formats {}

const TYPE = "kubernetes.NamedFormat";

/** Source: apiserver `pkg/cel/library/format.go`. */
const FORMATS: Readonly<Record<string, NamedFormat>> = {
  dns1123Label: new NamedFormat((text) => nameProblems(text, "label")),
  dns1123Subdomain: new NamedFormat((text) => nameProblems(text, "subdomain")),
  dns1035Label: new NamedFormat((text) => nameProblems(text, "old label")),
  qualifiedName: new NamedFormat(qualifiedNameProblems),
  dns1123LabelPrefix: new NamedFormat((text) => prefixProblems(text, "label")),
  dns1123SubdomainPrefix: new NamedFormat((text) => prefixProblems(text, "subdomain")),
  dns1035LabelPrefix: new NamedFormat((text) => prefixProblems(text, "old label")),
  labelValue: new NamedFormat(labelValueProblems),
  uri: new NamedFormat((text) =>
    isRequestUri(text) ? [] : [`parse ${JSON.stringify(text)}: invalid URI for request`],
  ),
  uuid: known("uuid", "does not match the UUID format"),
  byte: known("byte", "invalid base64"),
  date: known("date", "invalid date"),
  datetime: known("datetime", "invalid datetime"),
};

function known(format: string, why: string): NamedFormat {
  return new NamedFormat((text) => (hasFormat(text, format) ? [] : [why]));
}

/** `format.<name>()` and `format.named('<name>')`, with which rules ask what is wrong with a text. */
export function registerFormatFunctions(environment: Environment): void {
  environment
    .registerType(TYPE, { ctor: NamedFormat, fields: {} })
    .registerType("formats", Formats)
    .registerConstant("format", "formats", new Formats())
    .registerFunction(`formats.named(string): optional<${TYPE}>`, (_: Formats, name: string) =>
      Object.hasOwn(FORMATS, name) ? Optional.of(FORMATS[name]) : Optional.none(),
    )
    .registerFunction(
      `${TYPE}.validate(string): optional<list<string>>`,
      ({ problems }: NamedFormat, text: string) => {
        const found = problems(text);
        return found.length > 0 ? Optional.of(found) : Optional.none();
      },
    );
  for (const [name, format] of Object.entries(FORMATS)) {
    environment.registerFunction(`formats.${name}(): ${TYPE}`, () => format);
  }
}
