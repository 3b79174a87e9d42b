import { z } from "zod";
import type { Surroundings } from "./access/fleet-caller.js";
import type { StorageConfig } from "./storage/connect-storage.js";

/** Environment variables by name; the app settings of a Function App. */
const Environment = z.object({
  /** Azurite and development: a connection string. */
  AzureWebJobsStorage: z.string().optional(),
  /** Azure: endpoints, reached with the app's identity. */
  AzureWebJobsStorage__tableServiceUri: z.url().optional(),
  AzureWebJobsStorage__blobServiceUri: z.url().optional(),
  AzureWebJobsStorage__clientId: z.string().optional(),
  STAGECOACH_TABLE_PREFIX: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9]{0,20}$/, "letters and digits, letter first, at most 21")
    .default("stagecoach"),
  MEMBER_KUBECONFIG: z.string().optional(),
  AZURE_CLIENT_ID: z.string().optional(),
  AZURE_RESOURCE_MANAGER_ENDPOINT: z.url().default("https://management.azure.com"),
  STAGECOACH_FLEET: z
    .string()
    .regex(/^[^\p{Cc}]{0,256}$/u, "the value of a tag: at most 256 characters")
    .optional(),
  STAGECOACH_ACCESS: z.string().default("[]"),
  FOUR_EYES: z.enum(["Required", "Off"]).default("Off"),
  DEFAULT_RUN_STATE: z.enum(["Run", "Initialize"]).default("Run"),
  SOAK_CHECK_SECONDS: z.coerce.number().int().min(1).max(3600).default(60),
  DRIFT_CHECK_SECONDS: z.coerce.number().int().min(1).max(86_400).default(300),
  AUDIT_RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(90),
});

/** What App Service says about itself. Source: Microsoft Learn, "Environment variables and app settings reference". */
const Platform = z.object({
  WEBSITE_SITE_NAME: z.string().optional(),
  WEBSITE_INSTANCE_ID: z.string().optional(),
  WEBSITE_AUTH_ENABLED: z.string().optional(),
});

/** Every app setting that the app reads, by name. */
export const appSettingNames: readonly string[] = Object.keys(Environment.shape);

/** What the app is told from outside; parsed once. */
export interface Config {
  readonly storage: StorageConfig;
  /** A kubeconfig whose contexts members may name. Local development only. */
  readonly memberKubeconfig: string | undefined;
  readonly azure: {
    /** Of the user-assigned identity that reaches Azure Resource Manager and AKS members; undefined for the developer's login. */
    readonly clientId: string | undefined;
    readonly resourceManagerEndpoint: string;
  };
  /** Value of the tag `fleet` of the AKS clusters that become members; undefined when none are looked for. */
  readonly fleet: string | undefined;
  /** Where the app runs: it decides who may come in. */
  readonly surroundings: Surroundings;
  /** Roles beside those that the callers' tokens bring, as JSON. */
  readonly accessSetting: string;
  /** Whether every approval needs somebody else than who created or started the run. */
  readonly fourEyes: "Required" | "Off";
  /** `spec.state` of an update run that does not say. */
  readonly defaultRunState: "Run" | "Initialize";
  /** How often the members of a stage that waits are looked at. */
  readonly soakCheckMs: number;
  /** How often placements that want to know of drift look at their members. */
  readonly driftCheckMs: number;
  /** How many days audit events are kept. */
  readonly auditRetentionDays: number;
}

/** @throws Error naming each variable that is wrong and what would be right */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join(".")}: ${issue.message}`,
    );
    throw new Error(`app settings are wrong: ${problems.join("; ")}`);
  }
  const storage = storageConfig(parsed.data);
  return {
    storage,
    memberKubeconfig: parsed.data.MEMBER_KUBECONFIG,
    azure: {
      clientId: parsed.data.AZURE_CLIENT_ID || undefined,
      resourceManagerEndpoint: parsed.data.AZURE_RESOURCE_MANAGER_ENDPOINT,
    },
    fleet: parsed.data.STAGECOACH_FLEET || undefined,
    surroundings: surroundingsOf(environment, storage),
    accessSetting: parsed.data.STAGECOACH_ACCESS,
    fourEyes: parsed.data.FOUR_EYES,
    defaultRunState: parsed.data.DEFAULT_RUN_STATE,
    soakCheckMs: parsed.data.SOAK_CHECK_SECONDS * 1000,
    driftCheckMs: parsed.data.DRIFT_CHECK_SECONDS * 1000,
    auditRetentionDays: parsed.data.AUDIT_RETENTION_DAYS,
  };
}

/** The configuration of this process. */
export function loadConfig(): Config {
  return parseConfig(process.env);
}

function surroundingsOf(
  environment: Readonly<Record<string, string | undefined>>,
  storage: StorageConfig,
): Surroundings {
  const platform = Platform.parse(environment);
  return {
    onAppService: Boolean(platform.WEBSITE_SITE_NAME || platform.WEBSITE_INSTANCE_ID),
    authenticated: platform.WEBSITE_AUTH_ENABLED?.toLowerCase() === "true",
    emulatedStorage: storage.kind === "connectionString" && isEmulator(storage.connectionString),
  };
}

/** Source: Microsoft Learn, "Connect to the emulator": the account of that name exists nowhere else. */
function isEmulator(connectionString: string): boolean {
  const parts = connectionString.split(";").map((part) => part.trim().toLowerCase());
  return (
    parts.includes("usedevelopmentstorage=true") || parts.includes("accountname=devstoreaccount1")
  );
}

function storageConfig(environment: z.infer<typeof Environment>): StorageConfig {
  const prefix = environment.STAGECOACH_TABLE_PREFIX;
  const tableEndpoint = environment.AzureWebJobsStorage__tableServiceUri;
  const blobEndpoint = environment.AzureWebJobsStorage__blobServiceUri;
  if (tableEndpoint && blobEndpoint) {
    const clientId = environment.AzureWebJobsStorage__clientId;
    return { kind: "identity", tableEndpoint, blobEndpoint, prefix, ...(clientId && { clientId }) };
  }
  if (environment.AzureWebJobsStorage) {
    return { kind: "connectionString", connectionString: environment.AzureWebJobsStorage, prefix };
  }
  throw new Error(
    "app settings are wrong: set AzureWebJobsStorage (a connection string) or AzureWebJobsStorage__tableServiceUri and AzureWebJobsStorage__blobServiceUri",
  );
}
