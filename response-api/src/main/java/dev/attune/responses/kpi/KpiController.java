package dev.attune.responses.kpi;

import dev.attune.core.access.Scope;
import dev.attune.core.kpi.KpiReport;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The edge of KPIs, for servers and the console. */
@RestController
class KpiController {
  /** A report nobody asked closer for. */
  private static final int USUAL_DAYS = 7;

  private final KpiReports kpis;

  KpiController(KpiReports kpis) {
    this.kpis = kpis;
  }

  @Operation(
      operationId = "kpis",
      summary = "Resolution time, satisfaction and engagement of conversations",
      description =
          "Rows by day, channel, intent, model version, segment or arm of an experiment."
              + " Conversations count on the day they began (UTC), issues on the day they were"
              + " opened. Quantiles of resolution times count open issues as taking longer than"
              + " their age; values are within 1 %.")
  @GetMapping(path = "/v1/kpis", produces = MediaType.APPLICATION_JSON_VALUE)
  KpiReport kpis(
      @Parameter(hidden = true) Caller caller,
      @Parameter(description = "day, channel, intent, model, segment, arm or all")
          @RequestParam(defaultValue = "day")
          String by,
      @Parameter(description = "first day, by default six days before `to`")
          @RequestParam(required = false)
          @Nullable String from,
      @Parameter(description = "last day, by default today") @RequestParam(required = false)
          @Nullable String to,
      @Parameter(description = "`experiment/variant`: by day, of the conversations in this arm")
          @RequestParam(required = false)
          @Nullable String arm) {
    caller.mustBeServer(Scope.READ);
    if (!KpiReport.DIMENSIONS.contains(by)) {
      throw Problem.invalid("by", "by is one of " + String.join(", ", KpiReport.DIMENSIONS));
    }
    LocalDate last = to == null ? kpis.today() : date("to", to);
    LocalDate first = from == null ? last.minusDays(USUAL_DAYS - 1) : date("from", from);
    if (arm == null) {
      return kpis.report(by, first, last);
    }
    if (!by.equals(KpiReport.BY_DAY)) {
      throw Problem.invalid("arm", "arm goes with by=day; by=arm has a row for each arm.");
    }
    return kpis.ofArm(arm, first, last);
  }

  private static LocalDate date(String field, String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw Problem.invalid(field, "A day is written like 2026-01-31.");
    }
  }
}
