// Hands over the key, which stands behind the sign # and is sent to nobody by the browser itself.
"use strict";
const key = location.hash.slice(1);
if (key) {
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("key").value = key;
  document.getElementById("opening").requestSubmit();
}
