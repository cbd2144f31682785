package dev.attune.core.expression;

import dev.attune.core.yaml.Problems;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds names in a condition that are nothing's, and texts that a variable can't be. */
final class NameCheck {
  private final String text;
  private final List<String> names;
  private final Map<String, Vocabulary> vocabularies;
  private final Map<Long, Integer> places;
  private final List<CelNavigableExpr> nodes;
  private final List<ExpressionFault> faults = new ArrayList<>();

  /**
   * @param parsed as the parser made it, with its places
   * @param names of all variables
   * @param vocabularies by the variable's name
   */
  NameCheck(
      String text,
      CelAbstractSyntaxTree parsed,
      List<String> names,
      Map<String, Vocabulary> vocabularies) {
    this.text = text;
    this.names = names;
    this.vocabularies = vocabularies;
    this.places = parsed.getSource().getPositionsMap();
    this.nodes = CelNavigableAst.fromAst(parsed).getRoot().allNodes().toList();
  }

  /** Each name that no variable has, with what was probably meant; then {@link #unknownWords}. */
  List<ExpressionFault> unknownNamesAndWords() {
    Set<String> ownVariables = ownVariables();
    for (CelNavigableExpr node : nodes) {
      String name = isPartOfName(node) ? "" : nameOf(node.expr());
      if (!name.isEmpty() && variableOf(name) == null && !ownVariables.contains(first(name))) {
        add(
            firstPart(node.expr()),
            "unknown " + kind(name) + " `" + name + "`" + Problems.suggestion(name, names));
      }
    }
    return unknownWords();
  }

  /** Each text outside the vocabulary of the variable that it is compared with. */
  List<ExpressionFault> unknownWords() {
    for (CelNavigableExpr node : nodes) {
      CelExpr expr = node.expr();
      switch (node.getKind()) {
        case CALL -> compared(expr.call());
        case SELECT -> checkKey(expr.select());
        default -> {}
      }
    }
    return faults;
  }

  private void compared(CelExpr.CelCall call) {
    if (!Set.of("_==_", "_!=_", "@in", "_[_]").contains(call.function())) {
      return;
    }
    CelExpr left = call.args().getFirst();
    CelExpr right = call.args().getLast();
    Vocabulary ofLeft = vocabularies.get(nameOf(left));
    Vocabulary ofRight = vocabularies.get(nameOf(right));
    if (ofLeft != null) {
      check(right, ofLeft);
    }
    if (ofRight != null) {
      check(left, ofRight);
    }
  }

  private void check(CelExpr expr, Vocabulary vocabulary) {
    if (expr.getKind() == Kind.LIST) {
      expr.list().elements().forEach(element -> check(element, vocabulary));
    } else if (expr.getKind() == Kind.CONSTANT
        && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
        && !vocabulary.knows(expr.constant().stringValue())) {
      add(expr, vocabulary.unknown(expr.constant().stringValue()));
    }
  }

  /** {@code probabilities.refund} is {@code probabilities["refund"]}. */
  private void checkKey(CelExpr.CelSelect select) {
    Vocabulary vocabulary = vocabularies.get(nameOf(select.operand()));
    if (vocabulary != null && !vocabulary.knows(select.field())) {
      add(firstPart(select.operand()), vocabulary.unknown(select.field()));
    }
  }

  private void add(CelExpr expr, String message) {
    faults.add(ExpressionFault.at(text, places.getOrDefault(expr.id(), 0), message));
  }

  /** The variable that the name is or begins with; null when there is none. */
  private @Nullable String variableOf(String name) {
    return names.stream()
        .filter(known -> name.equals(known) || name.startsWith(known + "."))
        .findFirst()
        .orElse(null);
  }

  /** Those that {@code exists}, {@code all} and the like declare. */
  private Set<String> ownVariables() {
    Set<String> own = new HashSet<>();
    for (CelNavigableExpr node : nodes) {
      if (node.getKind() == Kind.COMPREHENSION) {
        own.add(node.expr().comprehension().iterVar());
        own.add(node.expr().comprehension().accuVar());
      }
    }
    return own;
  }

  private static boolean isPartOfName(CelNavigableExpr node) {
    return node.parent().map(parent -> parent.getKind() == Kind.SELECT).orElse(false);
  }

  private static CelExpr firstPart(CelExpr expr) {
    CelExpr part = expr;
    while (part.getKind() == Kind.SELECT) {
      part = part.select().operand();
    }
    return part;
  }

  /** The dotted name; empty when the expression is something else. */
  private static String nameOf(CelExpr expr) {
    if (expr.getKind() == Kind.IDENT) {
      return expr.ident().name();
    }
    String operand = expr.getKind() == Kind.SELECT ? nameOf(expr.select().operand()) : "";
    return operand.isEmpty() ? "" : operand + "." + expr.select().field();
  }

  private static String first(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static String kind(String name) {
    return switch (first(name)) {
      case "features" -> "feature";
      case "variables" -> "variable";
      default -> "name";
    };
  }
}
