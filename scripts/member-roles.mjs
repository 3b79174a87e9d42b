import { run } from "../tools/run-command.mjs";

/** What the app needs on a member. Source: Azure built-in roles, Containers. */
export const CLUSTER_USER = {
  id: "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
  name: "Azure Kubernetes Service Cluster User Role",
};
/** RBAC Admin would do, could it write namespaces and quotas. */
export const RBAC_CLUSTER_ADMIN = {
  id: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
  name: "Azure Kubernetes Service RBAC Cluster Admin",
};
export const READER = { id: "acdd72a7-3385-48ef-bd42-f606fba81ae7", name: "Reader" };

/** By this description remove-member knows the assignments that add-member has made. */
export const MARK = "Made by Stagecoach add-member";

/** The assignments that a principal has at exactly this scope. */
function assignmentsAt(scope, principal) {
  const args = ["role", "assignment", "list", "--assignee", principal, "--scope", scope];
  const assignments = JSON.parse(run("az", [...args, "--output", "json"]));
  return assignments.filter((found) => found.scope.toLowerCase() === scope.toLowerCase());
}

/** Gives a role at a scope, unless the principal has it there already, whoever gave it. */
export function grant(changes, role, scope, principal) {
  const has = assignmentsAt(scope, principal).some(({ roleDefinitionId }) =>
    roleDefinitionId.toLowerCase().endsWith(role.id),
  );
  if (has) {
    process.stdout.write(`${role.name} is there already\n`);
    return;
  }
  changes.run("az", [
    ...["role", "assignment", "create", "--role", role.id, "--scope", scope],
    ...["--assignee-object-id", principal, "--assignee-principal-type", "ServicePrincipal"],
    ...["--description", MARK],
  ]);
}

/** Takes back what add-member has given at a scope; assignments that others have made stay. */
export function revoke(changes, scope, principal) {
  const assignments = assignmentsAt(scope, principal);
  const made = assignments.filter(({ description }) => description === MARK);
  for (const { id } of made) changes.run("az", ["role", "assignment", "delete", "--ids", id]);
  for (const { roleDefinitionName } of assignments.filter((kept) => !made.includes(kept))) {
    process.stdout.write(`${roleDefinitionName} stays: somebody else has given it\n`);
  }
  if (assignments.length === 0) process.stdout.write("no role is left to take back\n");
}

/** Where a cluster keeps roles of its own, this binds cluster-admin to the app's identity. */
export function bindingName(principal) {
  return `stagecoach-${principal}`;
}
