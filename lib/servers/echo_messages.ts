import { types } from "node:util";
import type { MessagePort } from "node:worker_threads";
import { SystemError, type SystemErrorDetails, isSystemError } from "../errors.ts";
import type { EchoServerOptions } from "./echo_server.ts";
import type { ServerKind, ThreadTotals } from "./server_kinds.ts";

/** What the worker of an `EchoThread` is started with. */
export interface EchoWorkerData {
  readonly kind: ServerKind;
  /** A `struct sockaddr…`. */
  readonly address: Uint8Array;
  readonly options: EchoServerOptions;
  /** The descriptor of the waker that announces a {@link Request}. The other thread owns it. */
  readonly wakerFd: number;
  /** Where requests arrive. Deno's `parentPort` is no MessagePort, from which a blocked thread could take them. */
  readonly requests: MessagePort;
}

export type Request =
  | { readonly request: "stop"; readonly drainMs: number | undefined }
  | { readonly request: "totals" }
  | { readonly request: "end" };

export type Reply =
  | { readonly reply: "listening"; readonly address: Uint8Array }
  | { readonly reply: "totals"; readonly totals: ThreadTotals }
  | { readonly reply: "stopped"; readonly totals: ThreadTotals }
  | { readonly reply: "failed"; readonly error: ErrorMessage };

/** An error sent between threads, which would lose its class and properties. */
export type ErrorMessage =
  | {
      readonly kind: "system";
      readonly errno: number;
      readonly syscall: string;
      readonly details: SystemErrorDetails;
    }
  | { readonly kind: "other"; readonly error: unknown; readonly code: unknown };

export function packError(error: unknown): ErrorMessage {
  if (isSystemError(error)) {
    const { errno, syscall, address, port, path, fd, reason, transferred, index } = error;
    const details = { address, port, path, fd, reason, transferred, index };
    return { kind: "system", errno, syscall, details };
  }
  return {
    kind: "other",
    error,
    code: types.isNativeError(error) && "code" in error ? error.code : undefined,
  };
}

export function unpackError(message: ErrorMessage): unknown {
  if (message.kind === "system") {
    return new SystemError(-message.errno, message.syscall, message.details);
  }
  const { error, code } = message;
  return types.isNativeError(error) && code !== undefined ? Object.assign(error, { code }) : error;
}
