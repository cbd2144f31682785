package dev.attune.chaos.ledger;

import dev.attune.schemas.Position;
import java.util.List;

/**
 * What a store knows of a user.
 *
 * @param version the newest event in it
 * @param numbers the features that are numbers
 */
public record UserRow(Position version, List<Double> numbers) {
  public UserRow {
    numbers = List.copyOf(numbers);
  }
}
