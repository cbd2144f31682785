/** Before anything is painted: the colours that this browser was told to use. */
document.documentElement.dataset.theme = localStorage.getItem("attune.theme") ?? "";
