/**
 * The part of the worker's interface with a programming model that this host uses.
 *
 * Source: Azure/azure-functions-nodejs-worker `types-core/index.d.ts` and `FunctionRpc.proto`.
 */
export interface Binding {
  readonly type: string;
  readonly direction?: string;
  readonly name?: string;
  readonly route?: string;
  readonly methods?: readonly string[];
  readonly authLevel?: string;
  readonly schedule?: string;
  readonly runOnStartup?: boolean;
  readonly useMonitor?: boolean;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** A value on its way between host and worker: at most one member is set, none means `undefined`. */
export interface TypedData {
  readonly string?: string | null;
  readonly json?: string | null;
  readonly bytes?: Uint8Array | null;
  readonly int?: number | null;
  readonly double?: number | null;
  readonly http?: RpcHttpRequest | RpcHttpResponse | Record<string, never> | null;
}

interface Nullable {
  readonly value?: string | null;
}

export interface RpcHttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly query: Record<string, string>;
  readonly params: Record<string, string>;
  readonly nullableHeaders: Record<string, Nullable>;
  readonly nullableQuery: Record<string, Nullable>;
  readonly nullableParams: Record<string, Nullable>;
  readonly body?: { readonly bytes: Uint8Array };
}

export interface RpcHttpCookie {
  readonly name?: string | null;
  readonly value?: string | null;
  readonly domain?: Nullable | null;
  readonly path?: Nullable | null;
  readonly expires?: { readonly value?: { readonly seconds?: number | null } | null } | null;
  readonly secure?: { readonly value?: boolean | null } | null;
  readonly httpOnly?: { readonly value?: boolean | null } | null;
  readonly sameSite?: string | null;
  readonly maxAge?: { readonly value?: number | null } | null;
}

export interface RpcHttpResponse {
  readonly statusCode?: string | null;
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly cookies?: readonly RpcHttpCookie[] | null;
  readonly body?: TypedData | null;
}

export interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly traceContext: object;
  readonly retryContext: null;
}

export interface InvocationResponse {
  readonly returnValue?: TypedData | null;
}

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  state: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  readonly log: (level: string, category: string, message: string) => void;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}
