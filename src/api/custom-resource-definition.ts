import { z } from "zod";
import { Condition, ObjectMeta } from "./meta.js";

export const API_EXTENSIONS_GROUP = "apiextensions.k8s.io";

/** The names under which a definition's kind is served, or wants to be. */
export const DefinitionNames = z.object({
  plural: z.string(),
  singular: z.string().optional(),
  kind: z.string(),
  listKind: z.string().optional(),
  shortNames: z.array(z.string()).optional(),
  categories: z.array(z.string()).optional(),
});
export type DefinitionNames = z.infer<typeof DefinitionNames>;

/** `jsonPath` is a simple JSON path such as `.spec.replicas`. */
export const PrinterColumn = z.object({
  name: z.string(),
  type: z.string(),
  format: z.string().optional(),
  description: z.string().optional(),
  priority: z.number().int().optional(),
  jsonPath: z.string(),
});
export type PrinterColumn = z.infer<typeof PrinterColumn>;

/** Where a custom resource has its numbers of replicas, as simple JSON paths. */
export const ScalePaths = z.object({
  specReplicasPath: z.string(),
  statusReplicasPath: z.string(),
  labelSelectorPath: z.string().optional(),
});
export type ScalePaths = z.infer<typeof ScalePaths>;

export const DefinitionVersion = z.object({
  name: z.string(),
  served: z.boolean(),
  storage: z.boolean(),
  deprecated: z.boolean().optional(),
  deprecationWarning: z.string().optional(),
  /** The schema stays as it was written: it is OpenAPI, which describes itself. */
  schema: z.object({ openAPIV3Schema: z.record(z.string(), z.unknown()).optional() }).optional(),
  subresources: z
    .object({
      status: z.record(z.string(), z.unknown()).optional(),
      scale: ScalePaths.optional(),
    })
    .optional(),
  additionalPrinterColumns: z.array(PrinterColumn).optional(),
  selectableFields: z.array(z.object({ jsonPath: z.string() })).optional(),
});
export type DefinitionVersion = z.infer<typeof DefinitionVersion>;

export const DefinitionStatus = z.object({
  conditions: z.array(Condition).optional(),
  acceptedNames: DefinitionNames.optional(),
  /** Every version that objects may still be stored in. */
  storedVersions: z.array(z.string()).optional(),
});
export type DefinitionStatus = z.infer<typeof DefinitionStatus>;

/** `apiextensions.k8s.io/v1` CustomResourceDefinition. */
export const CustomResourceDefinition = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  spec: z.object({
    group: z.string(),
    names: DefinitionNames,
    scope: z.string(),
    versions: z.array(DefinitionVersion),
    conversion: z
      .object({
        strategy: z.string(),
        webhook: z.record(z.string(), z.unknown()).optional(),
      })
      .optional(),
    preserveUnknownFields: z.boolean().optional(),
  }),
  status: DefinitionStatus.optional(),
});
export type CustomResourceDefinition = z.infer<typeof CustomResourceDefinition>;
