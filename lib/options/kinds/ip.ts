import { checkInteger } from "../../arguments.ts";
import { bytesOf, readNumber, UINT32 } from "../../memory/fields.ts";
import { checkStructure, type Kind, kind } from "./kind.ts";

/** IP_LOCAL_PORT_RANGE. A limit of 0 is that of the system. */
export interface PortRange {
  /** The lowest port, 0 … 65535. */
  readonly low: number;
  /** The highest port, 0 … 65535. */
  readonly high: number;
}

const PORT_RANGE_TYPE = "{ low: number; high: number }";

export const portRange: Kind<PortRange> = kind({
  type: PORT_RANGE_TYPE,
  size: UINT32.size,
  decode(bytes) {
    const both = readNumber(bytes, UINT32);
    return { low: both & 0xffff, high: both >>> 16 };
  },
  encode(value: PortRange, option) {
    checkStructure(value, option, PORT_RANGE_TYPE);
    const low = checkInteger(value.low, `${option}.low`, 0, 0xffff);
    const high = checkInteger(value.high, `${option}.high`, 0, 0xffff);
    return bytesOf(UINT32, ((high << 16) | low) >>> 0, option);
  },
});
