import { Address, type AddressLike } from "../../address/address.ts";
import * as sys from "../../sys/index.ts";
import { type Kind, kind } from "./kind.ts";

/** An option whose value is a socket address, such as SO_ORIGINAL_DST. */
export const address: Kind<Address, AddressLike> = kind({
  type: "Address",
  size: sys.SOCKADDR_STORAGE_SIZE,
  decode: (bytes) => new Address(bytes),
  encode: (value: AddressLike) => Address.from(value).bytes,
});
