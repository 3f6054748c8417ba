import { Address, type AddressLike } from "../address/address.ts";
import { checkInteger } from "../arguments.ts";
import type { Field, Struct } from "../native/structs.ts";
import * as sys from "../sys/index.ts";
import { checkObject, type Kind, kind } from "./kind.ts";
import { at } from "./option.ts";
import { bool, bytes, int, uint } from "./scalars.ts";
import { addresses, addressesOf, peeledOff, peeledOffWithFlags } from "./sctp_addresses.ts";
import { readFields, struct, type StructValue, writeField } from "./struct.ts";

const { structs } = sys;
const { r, w, rw } = at("IPPROTO_SCTP", sys.IPPROTO_SCTP);

type WithAddress = Struct<"assoc_id" | "address"> | Struct<"assoc_id" | "addr">;
type Numbers<S extends WithAddress> = Omit<StructValue<S>, "address" | "addr">;

/** A structure of SCTP about one address of the peer. */
type PeerValue<S extends WithAddress> = Numbers<S> & { readonly address: Address };
type PeerInput<S extends WithAddress> = Partial<Numbers<S>> & { readonly address?: AddressLike };

function peer<S extends WithAddress>(layout: S): Kind<PeerValue<S>, PeerInput<S>, PeerInput<S>> {
  const { fields } = layout;
  const place: Field = "address" in fields ? fields.address : fields.addr;
  const numbers = Object.entries<Field>(fields).filter(([, field]) => field !== place);
  const type = `{ address?: AddressLike; ${numbers.map(([name]) => `${name}?: number`).join("; ")} }`;
  const encode = (value: PeerInput<S>, option: string): Uint8Array => {
    checkObject(value, option, type);
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
      // The other fields are those of the structure that the type was made from.
      return { ...readFields(layout, value), address } as unknown as PeerValue<S>;
    },
    encode,
    ask: encode,
  });
}

/** A number of one association: the whole socket's, or with a query that of `assoc_id`. */
const ofAssociation = struct(structs.sctp_assoc_value);

/** The number of associations, and their ids. */
const associationIds: Kind<readonly number[], never> = kind({
  type: "number[]",
  size: 4096,
  decode(value) {
    const [count = 0, ...ids] = new Int32Array(value.slice().buffer);
    return ids.slice(0, checkInteger(count, "count", 0, ids.length));
  },
});

/** sctp(7), RFC 6458 */
export const SCTP_LEVEL = {
  SCTP_ADAPTATION_LAYER: rw(sys.SCTP_ADAPTATION_LAYER, uint),
  SCTP_ADD_STREAMS: w(sys.SCTP_ADD_STREAMS, struct(structs.sctp_add_streams), "4.11"),
  SCTP_ASCONF_SUPPORTED: rw(sys.SCTP_ASCONF_SUPPORTED, ofAssociation, "5.4"),
  SCTP_ASSOCINFO: rw(sys.SCTP_ASSOCINFO, struct(structs.sctp_assocparams), "2.6", "ms, bytes"),
  SCTP_AUTH_ACTIVE_KEY: rw(sys.SCTP_AUTH_ACTIVE_KEY, struct(structs.sctp_authkeyid), "2.6.24"),
  SCTP_AUTH_CHUNK: w(sys.SCTP_AUTH_CHUNK, bytes, "2.6.24", "struct sctp_authchunk"),
  SCTP_AUTH_DEACTIVATE_KEY: w(sys.SCTP_AUTH_DEACTIVATE_KEY, struct(structs.sctp_authkeyid), "4.17"),
  SCTP_AUTH_DELETE_KEY: w(sys.SCTP_AUTH_DELETE_KEY, struct(structs.sctp_authkeyid), "2.6.24"),
  SCTP_AUTH_KEY: w(sys.SCTP_AUTH_KEY, bytes, "2.6.24", "struct sctp_authkey"),
  SCTP_AUTH_SUPPORTED: rw(sys.SCTP_AUTH_SUPPORTED, ofAssociation, "5.4"),
  SCTP_AUTOCLOSE: rw(sys.SCTP_AUTOCLOSE, uint, "2.6", "seconds"),
  SCTP_AUTO_ASCONF: rw(sys.SCTP_AUTO_ASCONF, bool, "3.1"),
  SCTP_CONTEXT: rw(sys.SCTP_CONTEXT, ofAssociation, "2.6.20"),
  SCTP_DEFAULT_PRINFO: rw(sys.SCTP_DEFAULT_PRINFO, struct(structs.sctp_default_prinfo), "4.8"),
  SCTP_DEFAULT_SEND_PARAM: rw(sys.SCTP_DEFAULT_SEND_PARAM, struct(structs.sctp_sndrcvinfo)),
  SCTP_DEFAULT_SNDINFO: rw(sys.SCTP_DEFAULT_SNDINFO, struct(structs.sctp_sndinfo), "3.17"),
  SCTP_DELAYED_SACK: rw(sys.SCTP_DELAYED_SACK, struct(structs.sctp_sack_info), "2.6", "ms"),
  SCTP_DISABLE_FRAGMENTS: rw(sys.SCTP_DISABLE_FRAGMENTS, bool),
  SCTP_ECN_SUPPORTED: rw(sys.SCTP_ECN_SUPPORTED, ofAssociation, "5.4"),
  SCTP_ENABLE_STREAM_RESET: rw(sys.SCTP_ENABLE_STREAM_RESET, ofAssociation, "4.11", "bits"),
  SCTP_EVENT: rw(sys.SCTP_EVENT, struct(structs.sctp_event), "5.0", "one notification"),
  SCTP_EVENTS: rw(sys.SCTP_EVENTS, struct(structs.sctp_event_subscribe), "2.6", "notifications"),
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE: rw(
    sys.SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
    ofAssociation,
    "5.5",
  ),
  SCTP_FRAGMENT_INTERLEAVE: rw(sys.SCTP_FRAGMENT_INTERLEAVE, int, "2.6.22"),
  SCTP_GET_ASSOC_ID_LIST: r(sys.SCTP_GET_ASSOC_ID_LIST, associationIds, "2.6.25"),
  SCTP_GET_ASSOC_NUMBER: r(sys.SCTP_GET_ASSOC_NUMBER, uint, "2.6.25", "associations"),
  SCTP_GET_ASSOC_STATS: r(sys.SCTP_GET_ASSOC_STATS, struct(structs.sctp_assoc_stats), "3.8"),
  SCTP_GET_LOCAL_ADDRS: r(sys.SCTP_GET_LOCAL_ADDRS, addressesOf),
  SCTP_GET_PEER_ADDRS: r(sys.SCTP_GET_PEER_ADDRS, addressesOf),
  SCTP_GET_PEER_ADDR_INFO: r(
    sys.SCTP_GET_PEER_ADDR_INFO,
    peer(structs.sctp_paddrinfo),
    "2.6",
    "ms, bytes",
  ),
  SCTP_HMAC_IDENT: rw(sys.SCTP_HMAC_IDENT, bytes, "2.6.24", "struct sctp_hmacalgo"),
  SCTP_INITMSG: rw(sys.SCTP_INITMSG, struct(structs.sctp_initmsg), "2.6", "streams, ms"),
  SCTP_INTERLEAVING_SUPPORTED: rw(sys.SCTP_INTERLEAVING_SUPPORTED, ofAssociation, "4.16"),
  SCTP_I_WANT_MAPPED_V4_ADDR: rw(sys.SCTP_I_WANT_MAPPED_V4_ADDR, bool),
  SCTP_LOCAL_AUTH_CHUNKS: r(sys.SCTP_LOCAL_AUTH_CHUNKS, bytes, "2.6.24", "struct sctp_authchunks"),
  SCTP_MAXSEG: rw(sys.SCTP_MAXSEG, ofAssociation, "2.6", "bytes"),
  SCTP_MAX_BURST: rw(sys.SCTP_MAX_BURST, ofAssociation, "2.6.22", "packets"),
  SCTP_NODELAY: rw(sys.SCTP_NODELAY, bool),
  SCTP_PARTIAL_DELIVERY_POINT: rw(sys.SCTP_PARTIAL_DELIVERY_POINT, uint, "2.6.22", "bytes"),
  SCTP_PEER_ADDR_PARAMS: rw(
    sys.SCTP_PEER_ADDR_PARAMS,
    peer(structs.sctp_paddrparams),
    "2.6",
    "ms, bytes",
  ),
  SCTP_PEER_AUTH_CHUNKS: r(sys.SCTP_PEER_AUTH_CHUNKS, bytes, "2.6.24", "struct sctp_authchunks"),
  SCTP_PRIMARY_ADDR: rw(sys.SCTP_PRIMARY_ADDR, peer(structs.sctp_prim)),
  SCTP_PR_SUPPORTED: rw(sys.SCTP_PR_SUPPORTED, ofAssociation, "4.8"),
  SCTP_RECONFIG_SUPPORTED: rw(sys.SCTP_RECONFIG_SUPPORTED, ofAssociation, "4.11"),
  SCTP_RECVNXTINFO: rw(sys.SCTP_RECVNXTINFO, bool, "3.17"),
  SCTP_RECVRCVINFO: rw(sys.SCTP_RECVRCVINFO, bool, "3.17"),
  SCTP_RESET_ASSOC: w(sys.SCTP_RESET_ASSOC, uint, "4.11", "association"),
  SCTP_RESET_STREAMS: w(sys.SCTP_RESET_STREAMS, bytes, "4.11", "struct sctp_reset_streams"),
  SCTP_REUSE_PORT: rw(sys.SCTP_REUSE_PORT, bool, "4.19"),
  SCTP_RTOINFO: rw(sys.SCTP_RTOINFO, struct(structs.sctp_rtoinfo), "2.6", "ms"),
  SCTP_SET_PEER_PRIMARY_ADDR: w(sys.SCTP_SET_PEER_PRIMARY_ADDR, peer(structs.sctp_prim)),
  SCTP_SOCKOPT_BINDX_ADD: w(sys.SCTP_SOCKOPT_BINDX_ADD, addresses, "2.6", "sctp_bindx(3)"),
  SCTP_SOCKOPT_BINDX_REM: w(sys.SCTP_SOCKOPT_BINDX_REM, addresses, "2.6", "sctp_bindx(3)"),
  SCTP_SOCKOPT_CONNECTX: w(sys.SCTP_SOCKOPT_CONNECTX, addresses, "2.6.30", "sctp_connectx(3)"),
  SCTP_SOCKOPT_PEELOFF: r(sys.SCTP_SOCKOPT_PEELOFF, peeledOff, "2.6", "to be closed"),
  SCTP_SOCKOPT_PEELOFF_FLAGS: r(
    sys.SCTP_SOCKOPT_PEELOFF_FLAGS,
    peeledOffWithFlags,
    "4.14",
    "to be closed",
  ),
  SCTP_STATUS: r(sys.SCTP_STATUS, struct(structs.sctp_status)),
  SCTP_STREAM_SCHEDULER: rw(sys.SCTP_STREAM_SCHEDULER, ofAssociation, "4.15"),
};
