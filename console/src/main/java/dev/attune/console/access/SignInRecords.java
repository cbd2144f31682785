package dev.attune.console.access;

/** Where it is kept who signed in, and who was refused. */
public interface SignInRecords {
  /**
   * Doesn't wait and doesn't fail: nobody is kept out because it can't be kept.
   *
   * @param name a known user's, or what stands for all others
   * @param address where the browser is
   */
  void add(String name, String address, boolean allowed);
}
