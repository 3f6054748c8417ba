/** True differences: claims of the contract that cannot hold, and why. docs/multiplexers.md has the table. */
type Skips = Readonly<Record<string, string>>;

const ONLY_NUMBERS = "the kernel gets numbers, and cannot tell what was closed and opened between";

/** What select and poll cannot do, since nothing of a registration is in the kernel. */
export const NUMBERS: Skips = {
  "forgets a bare number that was closed and reused between two waits": ONLY_NUMBERS,
  "adds a bare number again that was closed and reused between two waits": ONLY_NUMBERS,
  "refuses to modify a bare number that was closed and reused (ENOENT)": ONLY_NUMBERS,
};

/** What no wait in a thread can do, also that of epoll where the runtime has no libuv. */
export const ANY_THREAD: Skips = {
  "ends a pending wait when a signalfd has something to read":
    "a signalfd is ready for the thread that asks, and the signal waits for another",
};

/** What the waits of select and poll in a thread cannot do. */
export const THREADS: Skips = {
  ...ANY_THREAD,
  "lets go of a file that is closed while it is pending, also without remove":
    "the kernel keeps a file open for as long as another thread waits for it",
};

const NO_RESULT_BITS = "select(2) answers with three sets, none of which is for errors or hang-ups";
const NO_HALF_CLOSE = "select(2) has no bit for it: an end of the stream is readable, as data is";

/** What select cannot do, since it has three bits per descriptor. */
export const THREE_SETS: Skips = {
  "says ERROR, beside the directions, of a socket with an error": NO_RESULT_BITS,
  "says HANGUP, beside the directions, of a socket that is shut both ways": NO_RESULT_BITS,
  "says ERROR and HANGUP also where only PRIORITY is watched": NO_RESULT_BITS,
  "says READ_CLOSED, beside READABLE, once the peer will send no more": NO_HALF_CLOSE,
  "says READ_CLOSED when this side has shut its reading direction": NO_HALF_CLOSE,
  "wakes by READ_CLOSED a writer whose buffer is full, where that is watched": NO_HALF_CLOSE,
  "wakes by READ_CLOSED alone, also a wait that is pending": NO_HALF_CLOSE,
  "says READ_CLOSED where Python's select.epoll says EPOLLRDHUP": NO_HALF_CLOSE,
  "wakes a writer whose buffer is full at a hang-up":
    "select(2) counts a hang-up as readable, and not as writable",
};

/** What epoll cannot do, since the kernel forgets a closed descriptor without a word. */
export const SILENT: Skips = {
  "ends where asked when a bare number was closed before the first wait":
    "the kernel forgets a closed descriptor without a word",
  "counts a closed number no more after the next wait":
    "the kernel forgets a closed descriptor without a word",
};
