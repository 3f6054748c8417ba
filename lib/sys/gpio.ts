// The GPIO character device /dev/gpiochipN, version 2 of its interface (Linux 5.10): lines that a program reads, sets
// and waits for. These are the requests of ioctl() and ioctlStruct(), their structures and constants.
import { struct } from "../memory/layout.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  GPIO_GET_CHIPINFO_IOCTL, GPIO_GET_LINEINFO_UNWATCH_IOCTL, GPIO_V2_GET_LINEINFO_IOCTL,
  GPIO_V2_GET_LINEINFO_WATCH_IOCTL, GPIO_V2_GET_LINE_IOCTL, GPIO_V2_LINE_SET_CONFIG_IOCTL,
  GPIO_V2_LINE_GET_VALUES_IOCTL, GPIO_V2_LINE_SET_VALUES_IOCTL, GPIO_MAX_NAME_SIZE,
  GPIO_V2_LINES_MAX, GPIO_V2_LINE_NUM_ATTRS_MAX, GPIO_V2_LINE_FLAG_USED,
  GPIO_V2_LINE_FLAG_ACTIVE_LOW, GPIO_V2_LINE_FLAG_INPUT, GPIO_V2_LINE_FLAG_OUTPUT,
  GPIO_V2_LINE_FLAG_EDGE_RISING, GPIO_V2_LINE_FLAG_EDGE_FALLING, GPIO_V2_LINE_FLAG_OPEN_DRAIN,
  GPIO_V2_LINE_FLAG_OPEN_SOURCE, GPIO_V2_LINE_FLAG_BIAS_PULL_UP, GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN,
  GPIO_V2_LINE_FLAG_BIAS_DISABLED, GPIO_V2_LINE_FLAG_EVENT_CLOCK_REALTIME,
  GPIO_V2_LINE_ATTR_ID_FLAGS, GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, GPIO_V2_LINE_ATTR_ID_DEBOUNCE,
  GPIO_V2_LINE_EVENT_RISING_EDGE, GPIO_V2_LINE_EVENT_FALLING_EDGE, GPIO_V2_LINE_CHANGED_REQUESTED,
  GPIO_V2_LINE_CHANGED_RELEASED, GPIO_V2_LINE_CHANGED_CONFIG,
} = native;

/**
 * `struct gpiochip_info`: what GPIO_GET_CHIPINFO_IOCTL tells.
 *
 * @see https://docs.kernel.org/userspace-api/gpio/chardev.html
 */
export const GPIOCHIP_INFO = struct({
  name: ["char", 32],
  label: ["char", 32],
  lines: "u32",
});

/** `struct gpio_v2_line_values`: bit N of both is the Nth line of the request. */
export const GPIO_V2_LINE_VALUES = struct({ bits: "u64", mask: "u64" });

/**
 * `struct gpio_v2_line_attribute`. `values` is a union in C: the flags of GPIO_V2_LINE_ATTR_ID_FLAGS, the values
 * of GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, or the microseconds of GPIO_V2_LINE_ATTR_ID_DEBOUNCE (on a little-endian
 * machine, as x86-64 and arm64 are).
 */
export const GPIO_V2_LINE_ATTRIBUTE = struct({ id: "u32", padding: "u32", values: "u64" });

/** `struct gpio_v2_line_config_attribute`. */
export const GPIO_V2_LINE_CONFIG_ATTRIBUTE = struct({ attr: GPIO_V2_LINE_ATTRIBUTE, mask: "u64" });

/** `struct gpio_v2_line_config`: what GPIO_V2_LINE_SET_CONFIG_IOCTL takes. */
export const GPIO_V2_LINE_CONFIG = struct({
  flags: "u64",
  num_attrs: "u32",
  padding: ["u32", 5],
  attrs: [GPIO_V2_LINE_CONFIG_ATTRIBUTE, 10],
});

/** `struct gpio_v2_line_request`: what GPIO_V2_GET_LINE_IOCTL takes; it writes `fd`, which is close-on-exec. */
export const GPIO_V2_LINE_REQUEST = struct({
  offsets: ["u32", 64],
  consumer: ["char", 32],
  config: GPIO_V2_LINE_CONFIG,
  num_lines: "u32",
  event_buffer_size: "u32",
  padding: ["u32", 5],
  fd: "i32",
});

/** `struct gpio_v2_line_info`: what GPIO_V2_GET_LINEINFO_IOCTL tells of the line `offset`. */
export const GPIO_V2_LINE_INFO = struct({
  name: ["char", 32],
  consumer: ["char", 32],
  offset: "u32",
  num_attrs: "u32",
  flags: "u64",
  attrs: [GPIO_V2_LINE_ATTRIBUTE, 10],
  padding: ["u32", 4],
});

/** `struct gpio_v2_line_info_changed`: what read(2) returns of a chip with watched lines. */
export const GPIO_V2_LINE_INFO_CHANGED = struct({
  info: GPIO_V2_LINE_INFO,
  timestamp_ns: "u64",
  event_type: "u32",
  padding: ["u32", 5],
});

/** `struct gpio_v2_line_event`: what read(2) returns of a request with an edge. */
export const GPIO_V2_LINE_EVENT = struct({
  timestamp_ns: "u64",
  id: "u32",
  offset: "u32",
  seqno: "u32",
  line_seqno: "u32",
  padding: ["u32", 6],
});
