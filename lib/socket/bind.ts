import { type Address, kernelBytes } from "../address/address.ts";
import { detailsOf } from "../address/details.ts";
import { aBoolean, type OptionTable, readOptions } from "../arguments.ts";
import { type Descriptor, fdOf } from "../descriptors/descriptor.ts";
import { isSystemError, withDetails } from "../errors.ts";
import * as sys from "../sys/index.ts";
import { unlinkIfStale } from "./stale_path.ts";

/** How `bind` of a `Socket` binds. */
export interface BindOptions {
  /**
   * Whether to delete the file of a unix socket that nothing is bound to, which a killed server leaves
   * behind. A server that binds the same path between the check and the deletion loses its file, so use each
   * path for one server only. Default: `false`, which fails with EADDRINUSE.
   */
  readonly unlinkStale?: boolean;
}

const BIND_OPTIONS: OptionTable<BindOptions> = { unlinkStale: aBoolean };

/** bind(2). */
export function bindSocket(socket: Descriptor, to: Address, options: BindOptions): void {
  const { unlinkStale = false } = readOptions(options, BIND_OPTIONS);
  const bind = (): void => {
    withDetails(detailsOf(to), () => {
      sys.bind(fdOf(socket), kernelBytes(to));
    });
  };
  try {
    bind();
  } catch (error) {
    if (!unlinkStale || !isSystemError(error, "EADDRINUSE") || !unlinkIfStale(socket, to))
      throw error;
    bind();
  }
}
