import { Address, type AddressLike } from "../../address/address.ts";
import { checkInteger } from "../../arguments.ts";
import { INT32, readNumbers, writeField } from "../../memory/fields.ts";
import { readStruct, type StructValue } from "../../memory/structs.ts";
import type { Field, Struct } from "../../native/structs.ts";
import * as sys from "../../sys/index.ts";
import { checkStructure, type Kind, kind } from "./kind.ts";
import { struct } from "./struct.ts";

const { structs } = sys;

type WithAddress = Struct<"assoc_id" | "address"> | Struct<"assoc_id" | "addr">;
type Numbers<S extends WithAddress> = Omit<StructValue<S>, "address" | "addr">;

/** A structure of SCTP that describes one address of the peer. */
type PeerValue<S extends WithAddress> = Numbers<S> & { readonly address: Address };
type PeerInput<S extends WithAddress> = Partial<Numbers<S>> & { readonly address?: AddressLike };

export function peer<S extends WithAddress>(
  layout: S,
): Kind<PeerValue<S>, PeerInput<S>, PeerInput<S>> {
  const { fields } = layout;
  const place: Field = "address" in fields ? fields.address : fields.addr;
  const numbers = Object.entries<Field>(fields).filter(([, field]) => field !== place);
  const type = `{ address?: AddressLike; ${numbers.map(([name]) => `${name}?: number`).join("; ")} }`;
  const encode = (value: PeerInput<S>, option: string): Uint8Array => {
    checkStructure(value, option, type);
    const bytes = new Uint8Array(layout.sizeof);
    const given: Readonly<Record<string, unknown>> = { ...value };
    for (const [name, field] of numbers) {
      if (given[name] !== undefined) writeField(bytes, field, given[name], `${option}.${name}`);
    }
    if (value.address)
      bytes.set(Address.from(value.address).bytes.subarray(0, place.size), place.offset);
    return bytes;
  };
  return kind<PeerValue<S>, PeerInput<S>, PeerInput<S>>({
    type,
    size: layout.sizeof,
    decode(value) {
      const address = new Address(value.subarray(place.offset, place.offset + place.size));
      // The type is derived from this structure, so the other fields are the same.
      return { ...readStruct(layout, value), address } as unknown as PeerValue<S>;
    },
    encode,
    encodeQuery: encode,
  });
}

/** A number of the whole socket, or with a query the number of the association `assoc_id`. */
export const ofAssociation = struct(structs.sctp_assoc_value);

/** The ids of all associations. */
export const associationIds: Kind<readonly number[], never> = kind({
  type: "number[]",
  size: 4096,
  decode(value) {
    const [count = 0, ...ids] = readNumbers(value, INT32);
    return ids.slice(0, checkInteger(count, "count", 0, ids.length));
  },
});
