package dev.attune.core.reply;

import com.ibm.icu.text.DateFormat;
import com.ibm.icu.util.GregorianCalendar;
import com.ibm.icu.util.SimpleTimeZone;
import com.ibm.icu.util.TimeZone;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Locale;

/**
 * A moment where the reader is, as an argument of an ICU message. ICU shows a plain date in the
 * zone of the format, which inside a plural or a select nobody can reach; it shows a calendar in
 * the calendar's own.
 */
final class LocalMoment extends GregorianCalendar {
  private static final long serialVersionUID = 1L;

  private final Locale reader;

  LocalMoment(Instant time, ZoneId zone, Locale reader) {
    super(zoneOf(zone, time), reader);
    this.reader = reader;
    // no Julian days before 1582: a date is shown as it was given
    setGregorianChange(new Date(Long.MIN_VALUE));
    setTimeInMillis(time.toEpochMilli());
  }

  /**
   * ICU takes a zone that it doesn't know for UTC: of {@code +05:30} and {@code UTC+2} it knows
   * none.
   */
  private static TimeZone zoneOf(ZoneId zone, Instant time) {
    TimeZone known = TimeZone.getTimeZone(zone.getId());
    boolean fixed = zone.getRules().isFixedOffset();
    if (!fixed && !known.getID().equals(TimeZone.UNKNOWN_ZONE_ID)) {
      return known;
    }
    ZoneOffset offset = zone.getRules().getOffset(time);
    return new SimpleTimeZone(offset.getTotalSeconds() * 1000, "GMT" + offset);
  }

  /** Its day, at the length that fits a sentence. */
  String day() {
    return DateFormat.getDateInstance(DateFormat.LONG, reader).format((Object) this);
  }
}
