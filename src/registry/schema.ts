/**
 * A structural schema: the part of OpenAPI v3 that describes a Kubernetes object. One form for every kind, whether it
 * comes from zod (`schemaFromZod`, our kinds), from a
 * CustomResourceDefinition (`schemaFromDefinition`) or from the generated facts of the built-in kinds (`builtinSchema`).
 */
export interface Schema {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** For maps such as labels. */
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  /** JSON values; texts in every schema of our own. */
  readonly enum?: readonly unknown[];
  /** Whether null is a value of its own; elsewhere it means the same as absence. */
  readonly nullable?: boolean;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** Further conditions on the value, which declare no fields. Source: structural schemas. */
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly default?: unknown;
  /** An embedded object of any kind: nothing below it is pruned. */
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  /** A whole object with apiVersion, kind and metadata. */
  readonly "x-kubernetes-embedded-resource"?: boolean;
  /** Int or string, such as a percentage. */
  readonly "x-kubernetes-int-or-string"?: boolean;
  /** Rules in CEL, as they were written: see `rulesOf`. */
  readonly "x-kubernetes-validations"?: readonly unknown[];
  /** How server-side apply treats a list. Absent: atomic. */
  readonly "x-kubernetes-list-type"?: "atomic" | "map" | "set";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  /** `atomic`: server-side apply owns the object as one value. */
  readonly "x-kubernetes-map-type"?: "atomic" | "granular";
  /** How strategic merge patch treats a list. Absent: replaced. */
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
}
