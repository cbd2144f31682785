package dev.attune.gateway.events;

/**
 * Avro's own bounds on what a reader allocates because the bytes say so. They are system
 * properties, read once when the library's decoder is first used; without them a body of ten bytes
 * could ask for gigabytes.
 */
final class AvroLimits {
  /** Far more events and map entries than a valid body has, far fewer than hurt. */
  private static final int COLLECTION_ITEMS = 10_000;

  private AvroLimits() {}

  static void set(BodySettings settings) {
    String largest = Long.toString(settings.maxBody().toBytes());
    int items = Math.max(COLLECTION_ITEMS, settings.maxEvents());
    set("bytes.maxLength", largest);
    set("string.maxLength", largest);
    set("collectionItems.maxLength", Integer.toString(items));
  }

  private static void set(String limit, String value) {
    String property = "org.apache.avro.limits." + limit;
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
