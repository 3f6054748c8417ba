import { Address, type AddressLike } from "../../address/address.ts";
import * as sys from "../../sys/index.ts";
import { type Kind, kind } from "./kind.ts";

/** An option that is a whole address, such as the one that a firewall has replaced. */
export const address: Kind<Address, AddressLike> = kind({
  type: "Address",
  size: sys.SOCKADDR_STORAGE_SIZE,
  decode: (bytes) => new Address(bytes),
  encode: (value: AddressLike) => Address.from(value).bytes,
});
