/** How a placement wants its objects applied. Source: KubeFleet placement v1 `ApplyStrategy`. */
export interface ApplyStrategyOptions {
  /**
   * Default ClientSideApply: the fields of the manifest win. ServerSideApply: conflicts are failures unless `force` is
   * set. ReportDiff: nothing is written.
   */
  readonly type?: "ClientSideApply" | "ServerSideApply" | "ReportDiff" | undefined;
  /** Default PartialComparison: only the fields of the manifest count. */
  readonly comparisonOption?: "PartialComparison" | "FullComparison" | undefined;
  /** Default Always. */
  readonly whenToApply?: "Always" | "IfNotDrifted" | undefined;
  /** What to do with an object that was there before the placement. Default Always. */
  readonly whenToTakeOver?: "Always" | "IfNoDiff" | "Never" | undefined;
  /** Whether an object that has an owner of its own may be taken over. Default false. */
  readonly allowCoOwnership?: boolean | undefined;
  readonly serverSideApplyConfig?: { readonly force?: boolean | undefined } | undefined;
}
