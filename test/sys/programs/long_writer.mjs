// long_writer.mjs REQUEST: makes the request of long_writer.c twice, with eight bytes. Prints how each ended.
import { sys } from "pollux";

for (let time = 0; time < 2; time++) {
  try {
    sys.ioctl(0, Number(process.argv[2]), new Uint8Array(8));
    console.log("ok");
  } catch (error) {
    console.log(error.code);
  }
}
