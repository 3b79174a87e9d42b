import { parse, parseAllDocuments, stringify, type Tags } from "yaml";

/**
 * Plain scalars mean what they mean to kubectl: YAML 1.1 booleans and octals, but no dates and no base-60 numbers.
 * Source: sigs.k8s.io/yaml (go-yaml v2 resolve.go), observed with kubectl 1.32.
 */
const READING = {
  version: "1.1",
  schema: "yaml-1.1",
  // What is odd but readable is nobody's concern: without this it would be printed to the process's log.
  logLevel: "error",
  customTags: (tags: Tags) =>
    tags.filter(
      (tag) => typeof tag === "string" || !(tag.format === "TIME" || isTimestamp(tag.tag)),
    ),
} as const;

function isTimestamp(tag: string): boolean {
  return tag === "tag:yaml.org,2002:timestamp";
}

/** @throws Error with a line and column when the text is no single YAML document */
export function parseYaml(text: string): unknown {
  return parse(text, READING);
}

/** The documents of a stream, empty ones left out. @throws Error as `parseYaml` */
export function parseYamlDocuments(text: string): readonly unknown[] {
  return parseAllDocuments(text, READING)
    .map((document) => {
      const [error] = document.errors;
      if (error) throw error;
      return document.toJS();
    })
    .filter((value) => value !== null && value !== undefined);
}

/** Written so that YAML 1.1 readers get the same strings back. */
export function toYaml(value: unknown): string {
  return stringify(value, {
    version: "1.1",
    schema: "yaml-1.1",
    aliasDuplicateObjects: false,
    lineWidth: 0,
  });
}
