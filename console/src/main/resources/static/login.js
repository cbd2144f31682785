/** Whoever came for a page is led there: a browser keeps the part behind # over a redirect. */
document.querySelector("form").action = `/login${location.hash}`;

/** Where a sign-in that failed, or came too soon after others, leads to has this in its address. */
const why = new URLSearchParams(location.search);
const wait = Number(why.get("wait"));
document.getElementById("wrong").hidden = !why.has("error");
document.getElementById("slow").hidden = !(wait > 0);
document.getElementById("wait").textContent = String(wait);
