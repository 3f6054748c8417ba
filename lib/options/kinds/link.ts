import { checkInteger, invalidArgType, isBytes, outOfRange } from "../../arguments.ts";
import { bytesOfAll, readNumbers, UINT32, writeField } from "../../memory/fields.ts";
import * as sys from "../../sys/index.ts";
import { type Interface, interfaceIndex } from "./interfaces.ts";
import { checkStructure, type Kind, kind } from "./kind.ts";

const { structs } = sys;

/** PACKET_ADD_MEMBERSHIP, PACKET_DROP_MEMBERSHIP: which packets to receive additionally. */
export interface PacketMembership {
  readonly interface: Interface;
  /** The type of the membership: PACKET_MR_… */
  readonly type: number;
  /** The hardware address, for PACKET_MR_MULTICAST and PACKET_MR_UNICAST. */
  readonly address?: Uint8Array;
}

const PACKET_MREQ_TYPE = "{ interface: number | string; type: number; address?: Uint8Array }";

export const packetMembership: Kind<never, PacketMembership> = kind({
  type: PACKET_MREQ_TYPE,
  size: 0,
  encode(value: PacketMembership, option) {
    checkStructure(value, option, PACKET_MREQ_TYPE);
    const { sizeof, fields } = structs.packet_mreq;
    const address = value.address ?? new Uint8Array();
    if (!isBytes(address) || address.length > fields.address.size) {
      throw invalidArgType(`${option}.address`, "a Uint8Array of at most 8 bytes", address);
    }
    const bytes = new Uint8Array(sizeof);
    bytes.set(address, fields.address.offset);
    writeField(bytes, fields.alen, address.length, option);
    writeField(bytes, fields.type, value.type, `${option}.type`);
    const index = interfaceIndex(value.interface, `${option}.interface`);
    writeField(bytes, fields.ifindex, index, option);
    return bytes;
  },
});

/** CAN_RAW_FILTER: the socket receives a frame if `(frame.id & mask) === (id & mask)` for any filter. */
export interface CanFilter {
  readonly id: number;
  readonly mask: number;
}

const CAN_FILTER_TYPE = "{ id: number; mask: number }[]";
const MAX_CAN_FILTERS = 512;

export const canFilters: Kind<readonly CanFilter[]> = kind({
  type: CAN_FILTER_TYPE,
  size: MAX_CAN_FILTERS * structs.can_filter.sizeof,
  decode(bytes) {
    const words = readNumbers(bytes, UINT32);
    return Array.from({ length: words.length >> 1 }, (_, index) => ({
      id: words[index * 2] ?? 0,
      mask: words[index * 2 + 1] ?? 0,
    }));
  },
  encode(value: readonly CanFilter[], option) {
    if (!Array.isArray(value)) throw invalidArgType(option, `an array ${CAN_FILTER_TYPE}`, value);
    if (value.length > MAX_CAN_FILTERS) {
      throw outOfRange(option, `at most ${String(MAX_CAN_FILTERS)} filters`, value.length);
    }
    const words = value.flatMap((filter: CanFilter, index) => {
      const name = `${option}[${String(index)}]`;
      checkStructure(filter, name, CAN_FILTER_TYPE);
      return [
        checkInteger(filter.id, `${name}.id`, 0, 0xffff_ffff),
        checkInteger(filter.mask, `${name}.mask`, 0, 0xffff_ffff),
      ];
    });
    return bytesOfAll(UINT32, words, option);
  },
});
