package dev.attune.core.feature;

import dev.attune.schemas.avro.Membership;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Of each segment, whether a user is in it. A segment is named by the id of its definition: one
 * whose conditions changed is another one. The array is shared, not copied: treat it as read-only.
 *
 * @param definitions in the order of the playbook
 * @param members one for each definition
 */
public record Memberships(List<String> definitions, boolean[] members) {
  public Memberships {
    if (definitions.size() != members.length) {
      throw new IllegalArgumentException("definitions and members differ in length");
    }
  }

  /** In the map's order. */
  public static Memberships of(Map<String, Boolean> byDefinition) {
    boolean[] members = new boolean[byDefinition.size()];
    int next = 0;
    for (boolean member : byDefinition.values()) {
      members[next++] = member;
    }
    return new Memberships(List.copyOf(byDefinition.keySet()), members);
  }

  /** By definition, in order. */
  public Map<String, Boolean> byDefinition() {
    var map = new LinkedHashMap<String, Boolean>();
    for (int i = 0; i < members.length; i++) {
      map.put(definitions.get(i), members[i]);
    }
    return map;
  }

  /**
   * The place of a definition.
   *
   * @param likely where it is looked for first
   * @return −1 when there is none
   */
  public int indexOf(String definition, int likely) {
    return likely >= 0 && likely < definitions.size() && definitions.get(likely).equals(definition)
        ? likely
        : definitions.indexOf(definition);
  }

  List<Membership> toAvro() {
    var list = new ArrayList<Membership>(members.length);
    for (int i = 0; i < members.length; i++) {
      list.add(new Membership(definitions.get(i), members[i]));
    }
    return list;
  }

  /** As a vector carries them; null where it doesn't. */
  public static @Nullable Memberships fromAvro(@Nullable List<Membership> list) {
    if (list == null) {
      return null;
    }
    var definitions = new ArrayList<String>(list.size());
    boolean[] members = new boolean[list.size()];
    for (Membership membership : list) {
      members[definitions.size()] = membership.getMember();
      definitions.add(membership.getDefinition());
    }
    return new Memberships(definitions, members);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Memberships other
        && definitions.equals(other.definitions)
        && Arrays.equals(members, other.members);
  }

  @Override
  public int hashCode() {
    return 31 * definitions.hashCode() + Arrays.hashCode(members);
  }

  @Override
  public String toString() {
    return byDefinition().toString();
  }
}
