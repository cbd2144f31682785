package dev.attune.core.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.navigation.CelNavigableMutableExpr;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds a condition's {@link DisjunctiveForm}. A condition holds only when it is true, neither
 * false nor an error, so that {@code a && b} holds when both do, and {@code !(a && b)} when one of
 * them is false: an error counts for neither side.
 */
final class DisjunctiveFormReader {
  /** Cases multiply where {@code ||} is inside {@code &&}; beyond this a part stays a riddle. */
  private static final int MAX_CASES = 64;

  /** The largest whole number that every smaller one of which is a double too. */
  private static final long MAX_EXACT = 1L << 53;

  /** Functions of any result: a map's value, and one thing or another. */
  private static final Set<String> UNTYPED = Set.of("_[_]", "_?_:_");

  private DisjunctiveFormReader() {}

  static DisjunctiveForm read(CelAbstractSyntaxTree parsed) {
    CelMutableExpr expr = CelMutableAst.fromCelAst(parsed).expr();
    // without their ids, which count places in the text, equal parts are equal
    CelNavigableMutableExpr.fromExpr(expr).allNodes().forEach(node -> node.expr().setId(0));
    return new DisjunctiveForm(cases(expr, true));
  }

  /** The cases in which the expression is as wanted. */
  private static List<Conjunction> cases(CelMutableExpr expr, boolean wanted) {
    if (expr.getKind() == Kind.CALL) {
      List<CelMutableExpr> args = expr.call().args();
      switch (expr.call().function()) {
        case "!_" -> {
          return cases(args.getFirst(), !wanted);
        }
        case "_&&_", "_||_" -> {
          boolean both = expr.call().function().equals("_&&_") == wanted;
          if (!both && !args.stream().allMatch(DisjunctiveFormReader::isTest)) {
            return riddle(expr, wanted);
          }
          List<Conjunction> cases =
              joined(cases(args.getFirst(), wanted), cases(args.getLast(), wanted), both);
          return cases.size() > MAX_CASES ? riddle(expr, wanted) : cases;
        }
        default -> {}
      }
    }
    return simple(expr, wanted);
  }

  /**
   * Whether it is true, false or an error, which the other side of {@code ||} can absorb. A missing
   * flag or a map's value is neither, and what becomes of it is left to the evaluation.
   */
  private static boolean isTest(CelMutableExpr expr) {
    return switch (expr.getKind()) {
      case CONSTANT -> true;
      case CALL -> !UNTYPED.contains(expr.call().function());
      default -> false;
    };
  }

  private static List<Conjunction> joined(
      List<Conjunction> left, List<Conjunction> right, boolean both) {
    return both
        ? left.stream().flatMap(one -> right.stream().map(one::and)).toList()
        : Stream.concat(left.stream(), right.stream()).toList();
  }

  private static List<Conjunction> simple(CelMutableExpr expr, boolean wanted) {
    if (value(expr) instanceof Boolean constant) {
      return constant == wanted ? List.of(new Conjunction(List.of())) : List.of();
    }
    TermFact fact = expr.getKind() == Kind.CALL ? fact(expr, wanted) : null;
    return fact == null ? riddle(expr, wanted) : List.of(new Conjunction(List.of(fact)));
  }

  private static List<Conjunction> riddle(CelMutableExpr expr, boolean wanted) {
    return List.of(new Conjunction(List.of(new TermFact.OneOf(expr, Set.of(wanted)))));
  }

  /** Null when it is no comparison of a term with literals. */
  private static @Nullable TermFact fact(CelMutableExpr expr, boolean wanted) {
    String function = expr.call().function();
    List<CelMutableExpr> args = expr.call().args();
    return switch (function) {
      case "_==_" -> equal(args, wanted);
      case "_!=_" -> equal(args, !wanted);
      case "@in" -> in(args.getFirst(), args.getLast(), wanted);
      case "_<_", "_<=_", "_>_", "_>=_" -> wanted ? compared(function, args) : null;
      default -> null;
    };
  }

  private static @Nullable TermFact equal(List<CelMutableExpr> args, boolean wanted) {
    Object left = value(args.getFirst());
    Object right = value(args.getLast());
    if ((left == null) == (right == null)) {
      return null;
    }
    return left == null
        ? among(args.getFirst(), Set.of(right), wanted)
        : among(args.getLast(), Set.of(left), wanted);
  }

  private static @Nullable TermFact in(CelMutableExpr term, CelMutableExpr list, boolean wanted) {
    if (list.getKind() != Kind.LIST || value(term) != null) {
      return null;
    }
    Set<Object> values = new HashSet<>();
    for (CelMutableExpr element : list.list().elements()) {
      Object value = value(element);
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return among(term, values, wanted);
  }

  /** Null for "none of nothing", which still wants a term without error. */
  private static @Nullable TermFact among(CelMutableExpr term, Set<Object> values, boolean wanted) {
    if (wanted) {
      return new TermFact.OneOf(term, values);
    }
    return values.isEmpty() ? null : new TermFact.NoneOf(term, values);
  }

  /** Not of {@code !(x < 3)}: what becomes of a missing x there is left to the evaluation. */
  private static @Nullable TermFact compared(String operator, List<CelMutableExpr> args) {
    Object left = value(args.getFirst());
    Object right = value(args.getLast());
    if (left == null && right instanceof Double bound) {
      return new TermFact.Within(args.getFirst(), NumberRange.of(operator, bound));
    }
    return right == null && left instanceof Double bound
        ? new TermFact.Within(args.getLast(), NumberRange.of(turned(operator), bound))
        : null;
  }

  private static String turned(String operator) {
    return operator.contains("<") ? operator.replace('<', '>') : operator.replace('>', '<');
  }

  /**
   * A literal's value; null of anything else, literals that are compared in other ways included.
   */
  private static @Nullable Object value(CelMutableExpr expr) {
    if (expr.getKind() != Kind.CONSTANT) {
      return null;
    }
    CelConstant constant = expr.constant();
    return switch (constant.getKind()) {
      case STRING_VALUE -> constant.stringValue();
      case BOOLEAN_VALUE -> constant.booleanValue();
      case NULL_VALUE -> TermFact.Missing.MISSING;
      // adding zero makes a negative zero a positive one
      case DOUBLE_VALUE -> constant.doubleValue() + 0.0;
      case INT64_VALUE ->
          Math.abs(constant.int64Value()) <= MAX_EXACT ? (double) constant.int64Value() : null;
      default -> null;
    };
  }
}
