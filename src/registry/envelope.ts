import { Envelope } from "../api/envelope.js";
import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { envelopeContents } from "../placement/envelope-contents.js";
import { ageColumn } from "./columns.js";
import { fieldsOf } from "./fields.js";
import type { Kind } from "./kind.js";
import { placementGroupKind } from "./own-kind.js";
import type { SelectableKind } from "./placement-rules.js";
import type { ScopeOptions } from "./scope.js";
import { withoutSecretContents } from "./secret-contents.js";
import { ENVELOPE } from "./twins.js";

/** Source: KubeFleet `apis/placement/v1beta1/envelope_types.go`. */
const MAX_ENTRIES = 50;

export interface EnvelopeOptions extends ScopeOptions {
  /** What is known of the kinds inside; asked when an envelope is validated. */
  readonly selectable: () => readonly SelectableKind[];
  /** What a change of the content makes look again. */
  readonly setsInMotion: NonNullable<Kind["setsInMotion"]>;
}

/** ClusterResourceEnvelope or ResourceEnvelope: objects that have an effect on members only. */
export function envelopeKind({ scope, selectable, setsInMotion }: EnvelopeOptions): Kind {
  return placementGroupKind(scope, ENVELOPE, Envelope, {
    subresources: { status: false, scale: false },
    columns: [ageColumn("date")],
    validate: (envelope) => [...countCauses(envelope), ...contentCauses(envelope, selectable())],
    setsInMotion,
    conceal: withoutSecretContents,
  });
}

function countCauses(envelope: KubeObject): readonly StatusCause[] {
  const count = Object.keys(fieldsOf(envelope.data)).length;
  if (count === 0) return [fieldCause.required("data", "an envelope holds at least one object")];
  return count > MAX_ENTRIES ? [fieldCause.tooMany("data", count, MAX_ENTRIES)] : [];
}

function contentCauses(
  envelope: KubeObject,
  kinds: readonly SelectableKind[],
): readonly StatusCause[] {
  const contents = envelopeContents(envelope, kinds);
  return contents.ok ? [] : contents.causes;
}
