/** Before anything is painted: the colours that this browser was told to use. */
document.documentElement.dataset.theme = "";
try {
  document.documentElement.dataset.theme = localStorage.getItem("attune.theme") ?? "";
} catch {
  // it may keep nothing: then as the system has it
}
