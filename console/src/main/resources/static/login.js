/** Where a sign-in that failed, or came too soon after others, leads to has this in its address. */
const why = new URLSearchParams(location.search);
const wait = Number(why.get("wait"));
document.getElementById("wrong").hidden = !why.has("error");
document.getElementById("slow").hidden = !(wait > 0);
document.getElementById("wait").textContent = String(wait);
