// node planted.mjs NUMBER: makes the planted error of this number happen (see planted.h).
import { native } from "../fuzz/functions.mjs";

for (let times = 0; times < 3; times++) native.inotify_rm_watch(-1, Number(process.argv[2]));
