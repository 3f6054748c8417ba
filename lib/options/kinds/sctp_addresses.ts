import { Address, type AddressLike } from "../../address/address.ts";
import { anArray, checkInteger } from "../../arguments.ts";
import { Descriptor } from "../../descriptors/descriptor.ts";
import { setCloseOnExec } from "../../descriptors/fcntl.ts";
import { readNumber, writeField } from "../../memory/fields.ts";
import * as sys from "../../sys/index.ts";
import { checkStructure, type Kind, kind, unwritable } from "./kind.ts";

const INT_MAX = 2 ** 31 - 1;
const BUFFER_BYTES = 8192;

/** Addresses for sctp_bindx(3) and sctp_connectx(3): one after the other. */
export const addresses: Kind<never, readonly AddressLike[]> = kind({
  type: "AddressLike[]",
  size: 0,
  encode(value: readonly AddressLike[], option) {
    anArray(value, option);
    return Buffer.concat(value.map((address) => Address.from(address).bytes));
  },
});

const { sctp_getaddrs } = sys.structs;

/** The addresses of one association, as sctp_getpaddrs(3) and sctp_getladdrs(3) return them. */
export const addressesOf: Kind<readonly Address[], never, { readonly assoc_id?: number }> = {
  type: "Address[]",
  get(fd, level, optname, query = {}, option) {
    checkStructure(query, option, "{ assoc_id?: number }");
    const buffer = new Uint8Array(BUFFER_BYTES);
    const { assoc_id, addr_num } = sctp_getaddrs.fields;
    writeField(buffer, assoc_id, query.assoc_id ?? 0, `${option}.assoc_id`);
    sys.getsockopt(fd, level, optname, buffer);
    // Not by the length that the kernel reports: for one of the two options it omits the header.
    const count = readNumber(buffer, addr_num);
    const found: Address[] = [];
    for (let at = sctp_getaddrs.sizeof; found.length < count;) {
      const address = new Address(buffer.subarray(at));
      found.push(address);
      at += address.bytes.length;
    }
    return found;
  },
  set(_fd, _level, _optname, _value, option) {
    throw unwritable(option);
  },
};

/** The association of a one-to-many socket that gets a socket of its own. */
export interface PeelOff {
  /** The id of the association. Default: 0, the association of a one-to-one socket. */
  readonly assoc_id?: number;
  /** SOCK_NONBLOCK, SOCK_CLOEXEC; SCTP_SOCKOPT_PEELOFF_FLAGS only. */
  readonly flags?: number;
}

/** A descriptor for one association, close-on-exec; the caller closes it. */
function peelOff(withFlags: boolean): Kind<Descriptor, never, PeelOff> {
  const type = `Descriptor; asked with { assoc_id: number${withFlags ? "; flags?: number" : ""} }`;
  return {
    type,
    get(fd, level, optname, query = {}, option) {
      checkStructure(query, option, type);
      const { assoc_id = 0, flags = 0 } = query;
      checkInteger(assoc_id, `${option}.assoc_id`, -INT_MAX - 1, INT_MAX);
      checkInteger(flags, `${option}.flags`, 0, INT_MAX);
      // sctp_peeloff_arg_t, then the flags. All are ints; the kernel writes the second, the descriptor.
      const request = withFlags
        ? Int32Array.of(assoc_id, -1, flags | sys.SOCK_CLOEXEC)
        : Int32Array.of(assoc_id, -1);
      sys.getsockopt(fd, level, optname, request);
      const peeled = new Descriptor(request[1] ?? -1);
      if (!withFlags) setCloseOnExec(peeled.fd, true);
      return peeled;
    },
    set(_fd, _level, _optname, _value, option) {
      throw unwritable(option);
    },
  };
}

export const peeledOff = peelOff(false);
export const peeledOffWithFlags = peelOff(true);
