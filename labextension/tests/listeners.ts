// Any number of parts may listen to one signal, as in browsers: Node would warn from the eleventh on.
import { setMaxListeners } from "node:events";

setMaxListeners(0);
