/** Where a failed sign-in leads to has this question in its address. */
document.getElementById("wrong").hidden = !new URLSearchParams(location.search).has("error");
